# Reference values for adjusted P values, made with R.
#
#   Rscript tests/reference/multiplicity.R        (from the repository's root)
#
# writes tests/reference/multiplicity.csv (name,value). Packages (Debian 12): r-base-core 4.2.2 (p.adjust), coin 1.4-2.
# gMCP and graphicalMCP are not in Debian: graphs are tested against the closed test (by brute force), by hand, and against
# the numbers printed in the manual of graphicalMCP.
suppressPackageStartupMessages(library(coin))
options(digits = 17)
rows <- list()
keep <- function(name, value) rows[[length(rows) + 1]] <<- data.frame(name = name, value = sprintf("%.17g", value))

families <- list(five = c(0.011, 0.02, 0.0049, 0.3, 0.021), tied = c(0.02, 0.02, 0.9, 0.01, 0.01, 0.5), two = c(0.018, 0.014))
for (family in names(families)) {
  p <- families[[family]]
  keep(paste0(family, ".n"), length(p))
  for (i in seq_along(p)) keep(paste0(family, ".p", i), p[i])
  for (method in c("bonferroni", "holm", "hochberg", "hommel"))
    for (i in seq_along(p)) keep(paste0(family, ".", method, i), p.adjust(p, method)[i])
}

# --- step-down maxT: three correlated outcomes of twelve people, six in each arm (made up, seed 4)
set.seed(4)
shared <- rnorm(12)
y <- round(sapply(1:3, function(k) shared + rnorm(12)) + c(rep(1.2, 6), rep(0, 6)), 2)
for (k in 1:3) for (i in 1:12) keep(paste0("coin.y", k, "_", i), y[i, k])
d <- data.frame(y, arm = factor(rep(c("a", "b"), each = 6)))
test <- independence_test(X1 + X2 + X3 ~ arm, data = d, distribution = approximate(nresample = 200000))
p <- as.numeric(pvalue(test, method = "step-down"))
for (k in 1:3) keep(paste0("coin.p", k), p[k])

# --- the same people, every one of the choose(12, 6) = 924 splits listed, by the definition (Westfall & Young 1993, 4.1):
# Student's t by t.test, and z of Mann-Whitney by wilcox.test without continuity correction
splits <- combn(12, 6)
listed <- list(
  t = function(v, i) unname(t.test(v[i], v[-i], var.equal = TRUE)$statistic),
  z = function(v, i) qnorm(wilcox.test(v[i], v[-i], exact = FALSE, correct = FALSE)$p.value / 2)
)
for (name in names(listed)) {
  s <- abs(apply(splits, 2, function(i) apply(y, 2, listed[[name]], i)))   # 3 x 924; the first split is the one observed
  order <- order(-s[, 1]); adjusted <- numeric(3)
  for (j in 1:3) {
    u <- apply(s[order[j:3], , drop = FALSE], 2, max)
    adjusted[order[j]] <- max(mean(u >= s[order[j], 1] * (1 - 1e-9)), if (j > 1) adjusted[order[j - 1]] else 0)
  }
  for (k in 1:3) keep(paste0("listed.", name, k), adjusted[k])
}
write.csv(do.call(rbind, rows), "tests/reference/multiplicity.csv", row.names = FALSE, quote = FALSE)
