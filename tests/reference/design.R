# Reference values for power and sample size, made with R.
#
#   Rscript tests/reference/design.R        (from the repository's root)
#
# writes tests/reference/design.csv (name,value). Packages (Debian 12): r-base-core 4.2.2 (power.t.test, power.prop.test).
# Unequal arms, clusters and goals: the papers' formulas written out here with pt() and pnorm(), not taken from a package.
options(digits = 17)
rows <- list()
keep <- function(name, value) rows[[length(rows) + 1]] <<- data.frame(name = name, value = sprintf("%.17g", value))
nct <- function(d, se, df, alpha = .05) pt(qt(1 - alpha / 2, df), df, abs(d) / se, lower.tail = FALSE)

for (n in c(8, 41, 64)) keep(paste0("t.", n), power.t.test(n = n, delta = 10, sd = 20)$power)
keep("t.size", power.t.test(delta = 10, sd = 20, power = .9)$n)
for (n in c(43, 200)) keep(paste0("prop.", n), power.prop.test(n = n, p1 = .37, p2 = .19)$power)
keep("prop.size", power.prop.test(p1 = .37, p2 = .19, power = .8)$n)
keep("ancova", nct(10, 20 * sqrt(1 - .6^2) * sqrt(1 / 43 + 1 / 39), 43 + 39 - 3))
keep("change", nct(10, 20 * sqrt(2 * .4) * sqrt(1 / 43 + 1 / 39), 43 + 39 - 2))
keep("noether.size", (qnorm(.975) + qnorm(.9))^2 / (12 * .25 * (.65 - .5)^2))
deff <- 1 + ((1 + .5^2) * 8 - 1) * .05
keep("cluster.deff", deff); keep("cluster", nct(10, 20 * sqrt(deff) * sqrt(2 / 64), 16 - 2))
v1 <- 400 * (1 + 15 * .05) / 64; v0 <- 324 / 65
keep("nested", nct(10, sqrt(v1 + v0), (v1 + v0)^2 / (v1^2 / 3 + v0^2 / 64)))
g <- (1 + (1.6 - 1) * .4) / 1.6
keep("goals", nct(qlogis(.37) - qlogis(.19), sqrt(g / (43 * .37 * .63) + g / (39 * .19 * .81)), 80))
# the logistic intercept that loses 36 % when the slope is 0.8, by R's adaptive integration
keep("intercept", uniroot(function(a) integrate(function(z) plogis(a + .8 * z) * dnorm(z), -12, 12, rel.tol = 1e-12)$value - .36,
  c(-5, 5), tol = 1e-13)$root)
write.csv(do.call(rbind, rows), "tests/reference/design.csv", row.names = FALSE, quote = FALSE)
