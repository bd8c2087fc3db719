# mice and nlme::gls on the data sets of bench/analysis_missing_data.py. Called with the folder of mice.csv, of
# outcome.csv or of jump_to_reference.csv.
folder <- commandArgs(trailingOnly = TRUE)[1]
read <- function(name) read.csv(file.path(folder, name), na.strings = "nan")
timed <- function(work) {
  began <- proc.time(); value <- work(); took <- proc.time() - began
  list(seconds = took[["user.self"]] + took[["sys.self"]], value = value)
}
if (file.exists(file.path(folder, "mice.csv"))) {
  suppressPackageStartupMessages(library(mice))
  d <- read("mice.csv"); arm <- rep(0:1, c(65, 64)); set.seed(1)
  one <- function(method) {
    done <- timed(function() {
      filled <- lapply(0:1, function(a)
        complete(mice(d[arm == a, ], method = method, m = 50, maxit = 5, printFlag = FALSE), "all"))
      fits <- lapply(1:50, function(k) lm(c7 ~ arm + c0, cbind(rbind(filled[[1]][[k]], filled[[2]][[k]]), arm = arm)))
      pool(fits)$pooled[2, ]
    })
    data.frame(seconds = done$seconds, estimate = done$value$estimate, mc = sqrt(done$value$b / 50))
  }
  theirs <- do.call(rbind, lapply(c("norm", "pmm"), one))
} else if (file.exists(file.path(folder, "outcome.csv"))) {
  suppressPackageStartupMessages(library(mice))
  d <- read("outcome.csv"); arm <- rep(0:1, c(65, 64)); set.seed(1)
  done <- timed(function() {
    filled <- lapply(0:1, function(a)
      complete(mice(d[arm == a, ], method = "norm", m = 50, maxit = 1, printFlag = FALSE), "all"))
    pool(lapply(1:50, function(k)
      lm(c1 ~ arm + c0, cbind(rbind(filled[[1]][[k]], filled[[2]][[k]]), arm = arm))))$pooled[2, ]
  })
  theirs <- data.frame(seconds = done$seconds, estimate = done$value$estimate, mc = sqrt(done$value$b / 50))
} else {
  suppressPackageStartupMessages(library(nlme))
  d <- read("jump_to_reference.csv"); n <- nrow(d)
  long <- data.frame(person = rep(1:n, 4), visit = rep(1:4, each = n), y = unlist(d[, 1:4]), drug = d$c4, base = d$c5)
  long <- long[!is.na(long$y), ]; long <- long[order(long$person, long$visit), ]; long$v <- factor(long$visit)
  one <- function(person) {
    kept <- long[long$person != person, ]
    done <- timed(function() gls(y ~ 0 + v + v:drug + v:base, kept, correlation = corSymm(form = ~ visit | person),
                                 weights = varIdent(form = ~ 1 | v), method = "REML"))
    data.frame(seconds = done$seconds, estimate = coef(done$value)[["v4:drug"]])
  }
  theirs <- do.call(rbind, lapply(1:6, one))
}
write.csv(theirs, file.path(folder, "theirs.csv"), row.names = FALSE)
