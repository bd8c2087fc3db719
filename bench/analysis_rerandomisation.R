# Allocates the people of data.csv again, by blocks of 4 within sites or by minimisation, and calls lm each time.
folder <- commandArgs(trailingOnly = TRUE)[1]
data <- read.csv(file.path(folder, "data.csv"), na.strings = "nan")
what <- readLines(file.path(folder, "what"), warn = FALSE)
statistic <- function(arm) summary(lm(y ~ arm + base + factor(site), cbind(data[c("y", "base", "site")], arm = arm)))$coefficients["arm", 3]
blocks <- function() {
  arm <- numeric(nrow(data))
  for (site in unique(data$site)) {
    who <- which(data$site == site)
    arm[who] <- unlist(lapply(seq_len(ceiling(length(who) / 4)), function(k) sample(c(1, 1, 0, 0))))[seq_along(who)]
  }
  arm
}
minimisation <- function() {
  d <- list(numeric(4), numeric(2), numeric(2)); arm <- numeric(nrow(data))
  levels <- as.matrix(data[c("site", "sex", "age")]) + 1
  for (i in seq_len(nrow(data))) {
    at <- sapply(1:3, function(f) d[[f]][levels[i, f]])
    gap <- sum(abs(at + 1)) - sum(abs(at - 1))
    p <- if (gap < 0) .8 else if (gap > 0) .2 else .5
    arm[i] <- runif(1) < p
    for (f in 1:3) d[[f]][levels[i, f]] <- d[[f]][levels[i, f]] + 2 * arm[i] - 1
  }
  arm
}
draw <- if (what == "blocks") blocks else minimisation
draws <- 200
set.seed(1)
began <- proc.time()
for (k in seq_len(draws)) statistic(draw())
took <- proc.time() - began
write.csv(data.frame(total = took[["user.self"]] + took[["sys.self"]], draws = draws, t = statistic(data$arm)),
          file.path(folder, "theirs.csv"), row.names = FALSE)
