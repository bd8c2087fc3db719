# Reference values for missingness, imputation, pooling and weighting, made with R.
#
#   Rscript tests/reference/missing_data.R      (from the repository's root; about a minute)
#
# writes tests/reference/missing_data.csv (name,value) and, in tests/reference/data, pooled_fits.csv (what mice pooled),
# boot_mi.csv (made numbers) and boys.csv.
# Packages (Debian 12): r-base-core 4.2.2, mice 3.15.0, MASS 7.3, VGAM 1.1, survey 4.1.
# Data: antidepressant.csv (see reference_based.R), mice::nhanes (Schafer 1997, table 6.14) and mice::boys (Fredriks et
# al. 2000), as shipped with mice, GPL-2 or GPL-3; boys older than eight years, four columns.
#
# Independent implementations: glm, VGAM::vglm, mice::mice, mice::pool, mice::pool.scalar, survey::svyglm.
# From the formulas, in this file: the stacked estimating equations (derivatives by central differences), Boot-MI's
# variance components (by aov).
suppressPackageStartupMessages({ library(mice); library(VGAM); library(survey) })
options(digits = 17)
rows <- list()
keep <- function(name, value) rows[[length(rows) + 1]] <<- data.frame(name = name, value = sprintf("%.17g", value))

a <- read.csv("tests/reference/data/antidepressant.csv")
a$drug <- as.numeric(a$arm == "DRUG"); a$lost <- as.numeric(is.na(a$week6)); a$female <- as.numeric(a$sex == "F")

# --- predictors of dropout
fit <- glm(lost ~ drug + baseline + week1 + female, binomial, a, control = glm.control(epsilon = 1e-14))
for (term in names(coef(fit))[-1]) {
  keep(paste0("lost.", term), coef(fit)[[term]]); keep(paste0("lost.", term, ".se"), sqrt(vcov(fit)[term, term]))
  keep(paste0("lost.", term, ".p"), summary(fit)$coefficients[term, 4])
}

# --- pooling: ten imputations of nhanes, and what mice makes of them
set.seed(1); imp <- mice(nhanes, method = "norm", m = 10, maxit = 10, printFlag = FALSE)
fits <- with(imp, lm(chl ~ age + bmi)); pooled <- pool(fits)
stored <- do.call(rbind, lapply(seq_along(fits$analyses), function(k) {
  f <- fits$analyses[[k]]
  data.frame(imputation = k, term = names(coef(f)), estimate = coef(f), variance = diag(vcov(f)), with_bmi = vcov(f)[, "bmi"])
}))
write.csv(format(stored, digits = 17, trim = TRUE), "tests/reference/data/pooled_fits.csv", row.names = FALSE, quote = FALSE)
s <- summary(pooled, conf.int = TRUE)
for (term in c("age", "bmi")) {
  at <- pooled$pooled$term == term
  for (field in c("estimate", "ubar", "b", "t", "df", "riv", "lambda", "fmi", "dfcom"))
    keep(paste0("pool.", term, ".", field), pooled$pooled[at, field])
  keep(paste0("pool.", term, ".se"), s$std.error[at]); keep(paste0("pool.", term, ".p"), s$p.value[at])
  keep(paste0("pool.", term, ".low"), s[at, "2.5 %"]); keep(paste0("pool.", term, ".high"), s[at, "97.5 %"])
  large <- with(stored[stored$term == term, ], pool.scalar(estimate, variance))
  keep(paste0("pool.", term, ".df_large"), large$df); keep(paste0("pool.", term, ".fmi_large"), large$fmi)
}
d1 <- D1(fits, with(imp, lm(chl ~ 1)))
keep("d1.f", d1$result[1]); keep("d1.df1", d1$result[2]); keep("d1.df2", d1$result[3]); keep("d1.p", d1$result[4])
keep("d1.riv", d1$result[5])

# --- Boot-MI: the ANOVA estimator on a made table, 40 bootstraps of 2 imputations
set.seed(2); boots <- matrix(rnorm(40, 3, 1), 40, 2) + matrix(rnorm(80, 0, 0.5), 40, 2)
boots <- round(boots, 4)
write.csv(data.frame(first = boots[, 1], second = boots[, 2]), "tests/reference/data/boot_mi.csv", row.names = FALSE)
ms <- summary(aov(c(t(boots)) ~ factor(rep(1:40, each = 2))))[[1]][["Mean Sq"]]
v <- (1 + 1 / 40) * (ms[1] - ms[2]) / 2 + ms[2] / 80
keep("boot.estimate", mean(boots)); keep("boot.se", sqrt(v))
keep("boot.df", v^2 / ((41 / 80)^2 * ms[1]^2 / 39 + ms[2]^2 / (40 * 4 * 1)))

# --- chained equations on the antidepressant trial, by arm: norm and pmm, 400 imputations each
wide <- c("baseline", "week1", "week2", "week4", "week6")
by_arm <- function(method, m) {
  done <- lapply(c("DRUG", "PLACEBO"), function(arm)
    complete(mice(a[a$arm == arm, wide], method = method, m = m, maxit = 10, printFlag = FALSE), "all"))
  q <- sapply(seq_len(m), function(k) {
    both <- rbind(cbind(done[[1]][[k]], drug = 1), cbind(done[[2]][[k]], drug = 0))
    f <- lm(I(week6 - baseline) ~ drug + baseline, both)
    c(coef(f)[["drug"]], vcov(f)["drug", "drug"])
  })
  pool.scalar(q[1, ], q[2, ], n = 172, k = 3)
}
set.seed(3)
for (method in c("norm", "pmm")) {
  p <- by_arm(method, 400)
  keep(paste0("mi.", method, ".estimate"), p$qbar); keep(paste0("mi.", method, ".se"), sqrt(p$t))
  keep(paste0("mi.", method, ".mc"), sqrt(p$b / 400)); keep(paste0("mi.", method, ".b"), p$b)
  keep(paste0("mi.", method, ".df"), p$df)
}

# --- binary and ordered columns: boys
b <- subset(boys, age > 8, c("age", "hgt", "gen", "reg")); b$city <- as.numeric(b$reg == "city"); b$reg <- NULL
b$gen <- as.integer(b$gen); b <- b[!is.na(b$hgt) & !is.na(b$city), ]
write.csv(b, "tests/reference/data/boys.csv", row.names = FALSE, quote = FALSE)
full <- b[!is.na(b$gen), ]
po <- vglm(ordered(gen) ~ age + hgt + city, cumulative(parallel = TRUE), full, epsilon = 1e-13, maxit = 100)
for (k in seq_along(coef(po))) {
  keep(paste0("po.", k), coef(po)[[k]]); keep(paste0("po.", k, ".se"), sqrt(diag(vcov(po)))[[k]])
}
full$late <- as.numeric(full$gen >= 4)
late <- glm(late ~ age + hgt + city, binomial, full, control = glm.control(epsilon = 1e-14))
for (k in 1:4) { keep(paste0("late.", k), coef(late)[[k]]); keep(paste0("late.", k, ".se"), sqrt(diag(vcov(late)))[[k]]) }
set.seed(4)
o <- b; o$gen <- ordered(o$gen)
imp <- mice(o, method = c("", "", "polr", ""), m = 100, maxit = 1, printFlag = FALSE)
means <- sapply(1:100, function(k) mean(as.integer(complete(imp, k)$gen) >= 4))
keep("mi.polr.late", mean(means)); keep("mi.polr.mc", sd(means) / 10); keep("mi.polr.b", var(means))
l <- b; l$late <- factor(as.numeric(l$gen >= 4)); l$gen <- NULL
imp <- mice(l, method = c("", "", "", "logreg"), m = 200, maxit = 1, printFlag = FALSE)
means <- sapply(1:200, function(k) mean(complete(imp, k)$late == 1))
keep("mi.logreg.late", mean(means)); keep("mi.logreg.mc", sd(means) / sqrt(200)); keep("mi.logreg.b", var(means))

# --- inverse-probability weighting: stacked estimating equations
seen <- 1 - a$lost
den <- cbind(1, a$drug, a$baseline, a$week1, a$drug * a$week1); num <- cbind(1, a$drug)
x <- cbind(1, a$drug, a$baseline); y <- ifelse(is.na(a$week6), 0, a$week6)
tight <- glm.control(epsilon = 1e-15, maxit = 100)
g1 <- coef(glm(seen ~ den - 1, binomial, control = tight)); g0 <- coef(glm(seen ~ num - 1, binomial, control = tight))
stacked <- function(name, caps) {
  weight <- function(g1, g0) pmin(pmax(plogis(num %*% g0) / plogis(den %*% g1), caps[1]), caps[2])[, 1]
  w <- weight(g1, g0)
  b <- solve(t(x) %*% (x * w * seen), t(x) %*% (y * w * seen))[, 1]
  psi <- function(th) {
    g1 <- th[1:5]; g0 <- th[6:7]; b <- th[8:10]
    cbind(den * (seen - plogis(den %*% g1))[, 1], num * (seen - plogis(num %*% g0))[, 1],
          x * (seen * weight(g1, g0) * (y - x %*% b)[, 1]))
  }
  th <- c(g1, g0, b)
  bread <- sapply(seq_along(th), function(j) {
    h <- 1e-5 * max(1, abs(th[j])); e <- replace(numeric(10), j, h)
    colSums(psi(th + e) - psi(th - e)) / (2 * h)
  })
  v <- solve(bread) %*% crossprod(psi(th)) %*% t(solve(bread))
  keep(paste0("ipw.", name, ".estimate"), b[2]); keep(paste0("ipw.", name, ".se"), sqrt(v[9, 9]))
  keep(paste0("ipw.", name, ".largest"), max(w[seen == 1]))
  invisible(w)
}
w <- stacked("plain", c(0, Inf))
caps <- quantile(w[seen == 1], c(0.05, 0.95)); stacked("truncated", caps)
fixed <- svyglm(week6 ~ drug + baseline, svydesign(~1, weights = ~w, data = cbind(a, w)[seen == 1, ]))
# svyglm multiplies by n/(n - 1) and takes the weights as known
keep("ipw.known.estimate", coef(fixed)[["drug"]])
keep("ipw.known.se", sqrt(vcov(fixed)["drug", "drug"] * (sum(seen) - 1) / sum(seen)))

write.csv(do.call(rbind, rows), "tests/reference/missing_data.csv", row.names = FALSE, quote = FALSE)
