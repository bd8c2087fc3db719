"""Word: the report as a .docx, to be worked on: styles, real tables, captions and contents that Word itself keeps up."""
