# nlme::gls on the data sets of bench/analysis_mmrm.py; its default settings. Called with the folder of data.csv.
suppressPackageStartupMessages(library(nlme))
folder <- commandArgs(trailingOnly = TRUE)[1]
data <- read.csv(file.path(folder, "data.csv"))
data$visit <- factor(data$time)
one <- function(d) {
  began <- proc.time()
  fit <- gls(y ~ 0 + visit + visit:arm + visit:base, data = d, correlation = corSymm(form = ~ time | id),
             weights = varIdent(form = ~ 1 | time), method = "REML")
  took <- proc.time() - began
  data.frame(seconds = took[["user.self"]] + took[["sys.self"]], estimate = coef(fit)[["visit4:arm"]])
}
write.csv(do.call(rbind, lapply(split(data, data$set), one)), file.path(folder, "theirs.csv"), row.names = FALSE)
