# t.test, wilcox.test and lm on the data sets of bench/analysis_published.py. Called with the folder of data.csv.
folder <- commandArgs(trailingOnly = TRUE)[1]
data <- read.csv(file.path(folder, "data.csv"), na.strings = "nan")
one <- function(d) {
  d <- d[!is.na(d$y), ]
  change <- d$y - d$base
  t <- t.test(change[d$arm == 1], change[d$arm == 0], var.equal = TRUE)
  w <- wilcox.test(change[d$arm == 1], change[d$arm == 0], exact = FALSE, correct = FALSE)
  m <- summary(lm(y ~ arm + base, d))$coefficients
  c(t = t$p.value, ranks = w$p.value, ancova = m["arm", 4])
}
sets <- split(data, data$set)
times <- numeric()
for (run in 1:5) {
  began <- proc.time()
  found <- lapply(sets, one)
  took <- proc.time() - began
  times <- c(times, took[["user.self"]] + took[["sys.self"]])
}
out <- data.frame(total = min(times), do.call(rbind, found))
write.csv(out, file.path(folder, "theirs.csv"), row.names = FALSE)
