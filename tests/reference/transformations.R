# Reference values for outcomes compared on another scale, made with R.
#
#   Rscript tests/reference/transformations.R        (from the repository's root)
#
# writes tests/reference/transformations.csv (name,value).
# Packages (Debian 12): r-base-core 4.2.2, sandwich 3.0-2, nlme 3.1-162.
#
# Data, as stored beside the other references: anorexia.csv (MASS::anorexia), family treatment (FT) against control (Cont),
# and btheb.csv (HSAUR3::BtheB) in wide form, treated against usual care. Scales: log(x), log(x + 5), sqrt(x), and the log
# odds of the share of the range 50 to 150.
#
# t is t.test of the change; ancova is lm of all three arms on the baseline, its HC3 errors sandwich's; mmrm is nlme's gls
# with an unstructured covariance by REML, adjusted for the baseline at each visit.
suppressPackageStartupMessages({ library(sandwich); library(nlme) })
options(digits = 17, contrasts = c("contr.treatment", "contr.poly"))
rows <- list()
keep <- function(name, value) rows[[length(rows) + 1]] <<- data.frame(name = name, value = sprintf("%.15g", value))
scales <- list(
  log = log, log_plus = function(x) log(x + 5), square_root = sqrt, logit = function(x) qlogis((x - 50) / 100)
)
a <- read.csv("tests/reference/data/anorexia.csv")
a$Treat <- relevel(factor(a$Treat), ref = "Cont")
for (name in names(scales)) {
  f <- scales[[name]]
  change <- f(a$Postwt) - f(a$Prewt)
  for (kind in c("pooled", "welch")) {
    t <- t.test(change[a$Treat == "FT"], change[a$Treat == "Cont"], var.equal = kind == "pooled")
    keep(paste(name, kind, "estimate", sep = "."), unname(t$estimate[1] - t$estimate[2]))
    keep(paste(name, kind, "p", sep = "."), t$p.value)
    keep(paste(name, kind, "ratio", sep = "."), exp(unname(t$estimate[1] - t$estimate[2])))
    keep(paste(name, kind, "ratio_low", sep = "."), exp(t$conf.int[1]))
    keep(paste(name, kind, "ratio_high", sep = "."), exp(t$conf.int[2]))
  }
  w <- wilcox.test(change[a$Treat == "FT"], change[a$Treat == "Cont"], exact = FALSE, correct = FALSE)
  keep(paste(name, "mann_whitney", "p", sep = "."), w$p.value)
  fit <- lm(f(Postwt) ~ Treat + f(Prewt), data = a)
  b <- coef(fit)[["TreatFT"]]; se <- sqrt(vcovHC(fit, type = "HC3")["TreatFT", "TreatFT"])
  half <- qt(0.975, fit$df.residual) * se
  keep(paste(name, "ancova", "estimate", sep = "."), b)
  keep(paste(name, "ancova", "se", sep = "."), se)
  keep(paste(name, "ancova", "ratio", sep = "."), exp(b))
  keep(paste(name, "ancova", "ratio_low", sep = "."), exp(b - half))
  keep(paste(name, "ancova", "ratio_high", sep = "."), exp(b + half))
}
# The ratio of geometric means by its definition, from the values themselves.
g <- function(x) prod(x)^(1 / length(x))
of <- function(arm) g(a$Postwt[a$Treat == arm]) / g(a$Prewt[a$Treat == arm])
keep("log.pooled.by_definition", of("FT") / of("Cont"))

b <- read.csv("tests/reference/data/btheb.csv")
visits <- grep("^bdi_[0-9]+m$", names(b), value = TRUE)
long <- do.call(rbind, lapply(seq_along(visits), function(v) {
  data.frame(id = seq_len(nrow(b)), visit = v, treat = b$treatment, pre = log(b$bdi_pre + 1), y = log(b[[visits[v]]] + 1))
}))
long <- long[!is.na(long$y), ]; long <- long[order(long$id, long$visit), ]
long$v <- factor(long$visit); long$treat <- relevel(factor(long$treat), ref = "TAU")
fit <- gls(y ~ 0 + v + v:pre + v:treat, data = long, method = "REML", na.action = na.omit,
  correlation = corSymm(form = ~ visit | id), weights = varIdent(form = ~ 1 | visit),
  control = glsControl(msMaxIter = 2000, tolerance = 1e-12, msTol = 1e-14, opt = "optim", maxIter = 2000))
last <- paste0("v", length(visits), ":treatBtheB")
keep("log_plus_1.mmrm.estimate", coef(fit)[[last]])
keep("log_plus_1.mmrm.se", sqrt(vcov(fit)[last, last]))
keep("log_plus_1.mmrm.ratio", exp(coef(fit)[[last]]))
write.csv(do.call(rbind, rows), "tests/reference/transformations.csv", row.names = FALSE, quote = FALSE)
