# Reference values for responders, stratified tables and adjusted risks, made with R.
#
#   Rscript tests/reference/responders.R        (from the repository's root)
#
# writes tests/reference/responders.csv (name,value) and the two data sets used, in tests/reference/data/.
# Packages (Debian 12): r-base-core 4.2.2, HSAUR3 1.0-14, metafor 3.8-1, sandwich 3.0-2.
# Data: HSAUR3::respiratory (Davis 1991, Stat Med 10:1959; GPL-2), months 0 and 4; metafor's dat.bcg (Colditz et al. 1994,
# JAMA 271:698; GPL-2 or later), the thirteen trials as strata.
# What is independent: glm, sandwich, mantelhaen.test and metafor's rma.mh are other people's code. Ye's variance is
# written here from the formulas of the paper (RobinCar and beeca are not in Debian). The mid-P is summed from dhyper.
suppressPackageStartupMessages({
  library(HSAUR3); library(metafor); library(sandwich)
})
options(digits = 17)
rows <- list()
keep <- function(name, value) rows[[length(rows) + 1]] <<- data.frame(name = name, value = sprintf("%.17g", value))

# --- strata: the BCG trials
b <- get(data(dat.bcg, package = "metadat"))
b <- data.frame(a = b$tpos, n1 = b$tpos + b$tneg, c = b$cpos, n0 = b$cpos + b$cneg)
write.csv(b, "tests/reference/data/bcg.csv", row.names = FALSE, quote = FALSE)
rd <- rma.mh(ai = a, n1i = n1, ci = c, n2i = n0, data = b, measure = "RD")
keep("mh.rd", as.numeric(rd$beta)); keep("mh.rd_se", rd$se); keep("mh.rd_p", rd$pval)
keep("mh.rd_low", rd$ci.lb); keep("mh.rd_high", rd$ci.ub)
or <- rma.mh(ai = a, n1i = n1, ci = c, n2i = n0, data = b, measure = "OR", correct = FALSE)
keep("mh.or", exp(as.numeric(or$beta))); keep("mh.or_low", exp(or$ci.lb)); keep("mh.or_high", exp(or$ci.ub))
cube <- array(rbind(b$a, b$c, b$n1 - b$a, b$n0 - b$c), c(2, 2, nrow(b)))
for (cc in c(FALSE, TRUE)) {
  m <- mantelhaen.test(cube, correct = cc)
  keep(paste0("cmh.statistic_", cc), unname(m$statistic)); keep(paste0("cmh.p_", cc), m$p.value)
}

# --- adjusted risks: respiratory status at month 4
r <- respiratory
base <- r[r$month == "0", ]; last <- r[r$month == "4", ]
stopifnot(all(base$subject == last$subject))
d <- data.frame(good = as.integer(last$status == "good"), treated = as.integer(last$treatment == "treatment"),
  start = as.integer(base$status == "good"), centre = as.integer(last$centre) - 1, male = as.integer(last$gender == "male"),
  age = last$age)
write.csv(d, "tests/reference/data/respiratory_month4.csv", row.names = FALSE, quote = FALSE)
fit <- glm(good ~ treated + start + centre + age, binomial, d, control = glm.control(epsilon = 1e-15, maxit = 100))
for (k in seq_along(coef(fit))) {
  keep(paste0("logit.b", k - 1), unname(coef(fit)[k])); keep(paste0("logit.se", k - 1), sqrt(vcov(fit)[k, k]))
}
n <- nrow(d); z <- d$treated == 1; y <- d$good
X1 <- model.matrix(fit); X1[, "treated"] <- 1; X0 <- X1; X0[, "treated"] <- 0
m1 <- plogis(drop(X1 %*% coef(fit))); m0 <- plogis(drop(X0 %*% coef(fit)))
keep("g.risk1", mean(m1)); keep("g.risk0", mean(m0))
D <- rbind(colMeans(X1 * m1 * (1 - m1)), colMeans(X0 * m0 * (1 - m0)))
report <- function(name, V) {
  keep(paste0(name, ".rd_se"), sqrt(V[1, 1] + V[2, 2] - 2 * V[1, 2]))
  t <- c(mean(m1), mean(m0))
  keep(paste0(name, ".rr_se"), sqrt(V[1, 1] / t[1]^2 + V[2, 2] / t[2]^2 - 2 * V[1, 2] / (t[1] * t[2])))
}
report("ge", D %*% vcov(fit) %*% t(D))
# stacked: bread and estimating functions from the package sandwich
phi <- cbind(m1 - mean(m1), m0 - mean(m0)) + estfun(fit) %*% bread(fit) %*% t(D)
report("stacked", crossprod(phi) / n^2)
v11 <- var((y - m1)[z]) / mean(z) + 2 * cov(y[z], m1[z]) - var(m1)
v00 <- var((y - m0)[!z]) / mean(!z) + 2 * cov(y[!z], m0[!z]) - var(m0)
v10 <- cov(y[z], m0[z]) + cov(y[!z], m1[!z]) - cov(m1, m0)
report("ye", matrix(c(v11, v10, v10, v00), 2) / n)
D0 <- D; V0 <- vcovHC(fit, "HC0")
report("ge-hc0", D0 %*% V0 %*% t(D0))
w11 <- (var(y[z]) - 2 * cov(y[z], m1[z]) + var(m1)) / mean(z) + 2 * cov(y[z], m1[z]) - var(m1)
w00 <- (var(y[!z]) - 2 * cov(y[!z], m0[!z]) + var(m0)) / mean(!z) + 2 * cov(y[!z], m0[!z]) - var(m0)
report("ye-robincar", matrix(c(w11, v10, v10, w00), 2) / n)
p <- c(mean(z), mean(!z)); omega <- diag(p) - p %*% t(p); res <- y - fitted(fit)
loss <- matrix(0, 2, 2)
for (s in unique(d$centre)) {
  k <- d$centre == s
  Rb <- diag(c(mean(res[k & z]) / p[1], mean(res[k & !z]) / p[2]))
  loss <- loss + mean(k) * Rb %*% omega %*% Rb
}
report("blocks", (matrix(c(v11, v10, v10, v00), 2) - loss) / n)

# --- mid-P
for (table in list(c(27, 73, 12, 64), c(3, 10, 9, 11), c(16, 44, 8, 44))) {
  p <- dhyper(0:table[2], table[2], table[4], table[1] + table[3])
  own <- p[table[1] + 1]; equal <- abs(p / own - 1) < 1e-7
  keep(paste0("midp.", paste(table, collapse = "_")), sum(p[p < own & !equal]) + sum(p[equal]) / 2)
}
write.csv(do.call(rbind, rows), "tests/reference/responders.csv", row.names = FALSE, quote = FALSE)
