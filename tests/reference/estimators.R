# Reference values for the estimators of stegvis.methods.analysis, made with R.
#
#   Rscript tests/reference/estimators.R        (from the repository's root)
#
# writes tests/reference/estimators.csv (name,value) and the two data sets used, in tests/reference/data/.
# Packages (Debian 12): r-base-core 4.2.2, coin 1.4-2, sandwich 3.0-2, gee 4.13-25, effectsize 0.8.3, MASS 7.3.
# Data: MASS::anorexia (Hand et al. 1993, set 285) and MASS::bacteria (Venables & Ripley 2002), as shipped with R's
# recommended package MASS, GPL-2 or GPL-3.
suppressPackageStartupMessages({
  library(MASS); library(coin); library(sandwich); library(gee); library(effectsize)
})
options(digits = 17)
rows <- list()
keep <- function(name, value) rows[[length(rows) + 1]] <<- data.frame(name = name, value = sprintf("%.17g", value))

# --- two samples: anorexia, change in weight, family treatment (FT) against control (Cont)
a <- anorexia
a$stratum <- rep(c("one", "two", "three"), length.out = nrow(a))
write.csv(a, "tests/reference/data/anorexia.csv", row.names = FALSE, quote = FALSE)
change <- a$Postwt - a$Prewt
x <- change[a$Treat == "FT"]; y <- change[a$Treat == "Cont"]
for (kind in c("pooled", "welch")) {
  t <- t.test(x, y, var.equal = kind == "pooled")
  keep(paste0(kind, ".estimate"), unname(t$estimate[1] - t$estimate[2]))
  keep(paste0(kind, ".se"), t$stderr); keep(paste0(kind, ".df"), unname(t$parameter))
  keep(paste0(kind, ".t"), unname(t$statistic)); keep(paste0(kind, ".p"), t$p.value)
  keep(paste0(kind, ".low"), t$conf.int[1]); keep(paste0(kind, ".high"), t$conf.int[2])
}
d <- cohens_d(x, y, pooled_sd = TRUE); g <- hedges_g(x, y, pooled_sd = TRUE)
keep("cohen.d", d$Cohens_d); keep("cohen.low", d$CI_low); keep("cohen.high", d$CI_high)
keep("hedges.g", g$Hedges_g)
# effectsize finds the limits with optim(), to about 4 digits; the same equations solved by uniroot:
n1 <- length(x); n0 <- length(y); m <- n1 + n0 - 2; tt <- unname(t.test(x, y, var.equal = TRUE)$statistic)
limit <- function(p) uniroot(function(l) pt(tt, m, l) - p, c(tt - 8, tt + 8), tol = 1e-13)$root * sqrt(1 / n1 + 1 / n0)
keep("cohen.exact_low", limit(0.975)); keep("cohen.exact_high", limit(0.025))
keep("hedges.j", exp(lgamma(m / 2) - lgamma((m - 1) / 2)) / sqrt(m / 2))

# --- ranks
w <- wilcox.test(x, y, exact = FALSE, correct = FALSE)
keep("mw.u", unname(w$statistic)); keep("mw.p", w$p.value)
keep("mw.p_continuity", wilcox.test(x, y, exact = FALSE, correct = TRUE)$p.value)
sub <- data.frame(v = c(x, y), arm = factor(rep(c("x", "y"), c(n1, n0))))
keep("mw.p_exact", as.numeric(pvalue(wilcox_test(v ~ arm, data = sub, distribution = "exact"))))
# many ties: the same changes rounded to whole multiples of five
tied <- transform(sub, v = 5 * round(v / 5))
keep("mw.tied_p", wilcox.test(v ~ arm, data = tied, exact = FALSE, correct = FALSE)$p.value)
keep("mw.tied_p_exact", as.numeric(pvalue(wilcox_test(v ~ arm, data = tied, distribution = "exact"))))
# Hodges-Lehmann, exact order statistics: a set without ties (tiny known offsets break the ties)
ux <- x + seq_along(x) * 1e-6; uy <- y - seq_along(y) * 1e-6
h <- wilcox.test(ux, uy, exact = TRUE, conf.int = TRUE)
keep("hl.estimate", unname(h$estimate)); keep("hl.low", h$conf.int[1]); keep("hl.high", h$conf.int[2])

# --- analysis of covariance, three arms, strata
a$Treat <- relevel(a$Treat, ref = "Cont"); a$stratum <- factor(a$stratum)
fit <- lm(Postwt ~ Treat + I(Prewt - mean(Prewt)) + stratum, data = a)
keep("ancova.estimate", unname(coef(fit)["TreatFT"])); keep("ancova.df", fit$df.residual)
for (kind in c("const", "HC2", "HC3")) {
  se <- sqrt(vcovHC(fit, type = kind)["TreatFT", "TreatFT"])
  keep(paste0("ancova.se_", kind), se)
  keep(paste0("ancova.p_", kind), 2 * pt(-abs(coef(fit)[["TreatFT"]] / se), fit$df.residual))
}

# --- permutation of people, exact, unstratified
keep("permutation.p_exact", as.numeric(pvalue(oneway_test(v ~ arm, data = sub, distribution = "exact"))))

# --- clustered: bacteria, presence of H. influenzae, drug against placebo, visits within children
b <- bacteria
b$present <- as.integer(b$y == "y"); b$child <- as.character(b$ID)
b <- b[order(b$child, b$week), ]
write.csv(b[, c("present", "ap", "child", "week")], "tests/reference/data/bacteria.csv", row.names = FALSE, quote = FALSE)
b$id <- as.integer(factor(b$child)); b$drug <- as.integer(b$ap == "a")
invisible(capture.output(
  fit <- suppressMessages(gee(present ~ drug, id = id, data = b, family = binomial, corstr = "exchangeable",
                              tol = 1e-12, maxiter = 200))))
keep("gee.b0", fit$coefficients[[1]]); keep("gee.b1", fit$coefficients[[2]])
keep("gee.alpha", fit$working.correlation[1, 2]); keep("gee.scale", fit$scale)
keep("gee.se_model", sqrt(fit$naive.variance[2, 2])); keep("gee.se_robust", sqrt(fit$robust.variance[2, 2]))

# --- two by two: the smallest of everything, and a table of the size of a trial
for (table in list(c(27, 73, 12, 64), c(3, 10, 9, 11), c(16, 44, 8, 44))) {
  name <- paste(table, collapse = "_")
  m2 <- matrix(c(table[1], table[2] - table[1], table[3], table[4] - table[3]), 2, byrow = TRUE)
  keep(paste0("fisher.", name), fisher.test(m2)$p.value)
  keep(paste0("pearson.", name), suppressWarnings(chisq.test(m2, correct = FALSE))$p.value)
  keep(paste0("yates.", name), suppressWarnings(chisq.test(m2, correct = TRUE))$p.value)
  wilson <- function(e, n) as.numeric(prop.test(e, n, correct = FALSE)$conf.int)
  keep(paste0("wilson_low.", name), wilson(table[1], table[2])[1])
  keep(paste0("wilson_high.", name), wilson(table[1], table[2])[2])
}
write.csv(do.call(rbind, rows), "tests/reference/estimators.csv", row.names = FALSE, quote = FALSE)
