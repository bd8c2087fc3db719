# Reference values for subgroups and harms, made with R.
#
#   Rscript tests/reference/subgroups_harms.R        (from the repository's root)
#
# writes tests/reference/subgroups_harms.csv (name,value). Reads tests/reference/data/anorexia.csv (see estimators.R).
# Packages (Debian 12): r-base-core 4.2.2 (binom.test, poisson.test), sandwich 3.0-2, emmeans 1.8.
# The Johnson–Neyman boundaries are found by uniroot on the interval's limits, without the quadratic.
suppressPackageStartupMessages({library(sandwich); library(emmeans)})
options(digits = 17)
rows <- list()
keep <- function(name, value) rows[[length(rows) + 1]] <<- data.frame(name = name, value = sprintf("%.17g", value))

a <- read.csv("tests/reference/data/anorexia.csv")
a <- a[a$Treat %in% c("FT", "Cont"), ]
a$z <- as.integer(a$Treat == "FT"); a$kind <- factor(a$stratum)
for (type in c("const", "HC3")) {
  fit <- lm(Postwt ~ z * kind + Prewt, a); V <- vcovHC(fit, type)
  means <- emmeans(fit, ~ z | kind, vcov. = V, at = list(z = c(0, 1)))
  out <- summary(contrast(means, "revpairwise"), infer = TRUE, level = .95)
  for (i in seq_len(nrow(out))) {
    name <- paste0("level.", type, ".", out$kind[i])
    keep(paste0(name, ".estimate"), out$estimate[i]); keep(paste0(name, ".se"), out$SE[i])
    keep(paste0(name, ".low"), out$lower.CL[i]); keep(paste0(name, ".p"), out$p.value[i])
  }
  L <- c("z:kindthree", "z:kindtwo"); b <- coef(fit)[L]
  f <- drop(b %*% solve(V[L, L], b)) / 2
  keep(paste0("joint.", type, ".f"), f); keep(paste0("joint.", type, ".p"), pf(f, 2, fit$df.residual, lower.tail = FALSE))
  # continuous moderator: the weight before
  m <- lm(Postwt ~ z * Prewt, a); W <- vcovHC(m, type)
  keep(paste0("slope.", type), unname(coef(m)["z:Prewt"])); keep(paste0("slope_se.", type), sqrt(W["z:Prewt", "z:Prewt"]))
  tc <- qt(.975, m$df.residual)
  low <- function(x) {
    c1 <- c(1, x); k <- c("z", "z:Prewt")
    drop(c1 %*% coef(m)[k]) - tc * sqrt(drop(c1 %*% W[k, k] %*% c1))
  }
  high <- function(x) {
    c1 <- c(1, x); k <- c("z", "z:Prewt")
    drop(c1 %*% coef(m)[k]) + tc * sqrt(drop(c1 %*% W[k, k] %*% c1))
  }
  keep(paste0("at80.low.", type), low(80)); keep(paste0("at80.high.", type), high(80))
  grid <- seq(0, 200, .05); s <- sapply(grid, low) * sapply(grid, high)
  roots <- grid[which(diff(sign(s)) != 0)]
  keep(paste0("jn.n.", type), length(roots))
  for (i in seq_along(roots))
    keep(paste0("jn.", type, i), uniroot(function(x) low(x) * high(x), roots[i] + c(0, .05), tol = 1e-14)$root)
}

for (pair in list(c(0, 64), c(3, 65), c(17, 44), c(10, 10))) {
  b <- binom.test(pair[1], pair[2]); name <- paste(pair, collapse = "_")
  keep(paste0("binom.low.", name), b$conf.int[1]); keep(paste0("binom.high.", name), b$conf.int[2])
}
for (pair in list(c(0, 30.5), c(4, 30.5), c(120, 64))) {
  b <- poisson.test(pair[1], pair[2]); name <- paste(pair, collapse = "_")
  keep(paste0("pois.low.", name), b$conf.int[1]); keep(paste0("pois.high.", name), b$conf.int[2])
}
for (four in list(c(11, 800, 3, 783), c(0, 30, 5, 31.5), c(4, 12, 0, 10))) {
  b <- poisson.test(four[c(1, 3)], four[c(2, 4)]); name <- paste(four, collapse = "_")
  keep(paste0("ratio.", name), unname(b$estimate)); keep(paste0("ratio.low.", name), b$conf.int[1])
  keep(paste0("ratio.high.", name), b$conf.int[2]); keep(paste0("ratio.p.", name), b$p.value)
}
write.csv(do.call(rbind, rows), "tests/reference/subgroups_harms.csv", row.names = FALSE, quote = FALSE)
