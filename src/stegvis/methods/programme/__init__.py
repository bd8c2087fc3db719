"""Programme content: the Markdown format of the internet programme, read, checked and rendered."""
