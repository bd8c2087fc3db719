# Reference values for goals in people, adherence, bounds and mediation (stegvis.methods.analysis), made with R.
#
#   Rscript tests/reference/goals.R             (from the repository's root)
#
# writes tests/reference/goals.csv (name,value) and the data sets used, in tests/reference/data/.
# Packages (Debian 12, R 4.2.2): lme4, gee, clubSandwich, sandwich, AER, HSAUR3, geepack, MASS.
#
# Data, as shipped with R's packages under the GPL-2 or GPL-3: MASS::bacteria (Venables & Ripley 2002), lme4::cbpp
# (Lesnoff et al. 2004), HSAUR3::respiratory (Davis 1991), HSAUR3::toenail (De Backer et al. 1998), geepack::ohio
# (Ware et al. 1984); btheb.csv is written by longitudinal.R. jobs.csv is mediation::jobs of R's package mediation
# (GPL-2 or later), eight of its columns rounded to 5 decimals: the JOBS II field experiment (Vinokur & Schul, J Consult
# Clin Psychol 1997;65:867), 899 people; it is stored, not made here, because Debian has no such package.
#
# What is independent, and how: `lme4`, `gee`, `clubSandwich`, `sandwich`, `AER` and R's `integrate` are other programs.
# The GEE corrections KC, MD, FG and MBN, Lee's bounds, mediation and its sensitivity are written here from the papers'
# formulas, with full matrices per person (not the small ones of our code), because Debian has no package of them: they
# guard against slips, not against a formula misread. Lee's errors are checked once more by a bootstrap (see the end).
suppressPackageStartupMessages({ library(lme4); library(gee); library(clubSandwich); library(AER); library(HSAUR3) })
options(digits = 17)
rows <- list()
keep <- function(name, value) rows[[length(rows) + 1]] <<- data.frame(name = name, value = sprintf("%.17g", value))
folder <- "tests/reference/data/"
save <- function(d, name) write.csv(d, paste0(folder, name), row.names = FALSE, quote = FALSE)

# --- data, one row an outcome, sorted by person
b <- read.csv(paste0(folder, "bacteria.csv"))
bacteria <- data.frame(y = b$present, x = as.integer(b$ap == "a"), id = as.integer(factor(b$child)), week = b$week)
r <- subset(HSAUR3::respiratory, month != "0")
base <- subset(HSAUR3::respiratory, month == "0")
r$baseline <- as.integer(base$status[match(r$subject, base$subject)] == "good")
respiratory <- data.frame(y = as.integer(r$status == "good"), x = as.integer(r$treatment == "treatment"),
                          id = as.integer(as.character(r$subject)), centre = as.integer(r$centre == "2"),
                          baseline = r$baseline, age = r$age)
respiratory <- respiratory[order(respiratory$id), ]
save(respiratory, "respiratory.csv")
t <- HSAUR3::toenail
toenail <- data.frame(y = as.integer(t$outcome != "none or mild"), x = as.integer(t$treatment == "terbinafine"),
                      id = as.integer(t$patientID), time = round(t$time, 6))
toenail <- toenail[order(toenail$id), ]
save(toenail, "toenail.csv")
o <- geepack::ohio
ohio <- data.frame(y = o$resp, x = o$smoke, id = o$id, age = o$age)
save(ohio, "ohio.csv")
cb <- lme4::cbpp
save(data.frame(herd = cb$herd, incidence = cb$incidence, size = cb$size, period = cb$period), "cbpp.csv")
cbpp <- do.call(rbind, lapply(seq_len(nrow(cb)), function(i) data.frame(
  y = rep(c(1, 0), c(cb$incidence[i], cb$size[i] - cb$incidence[i])), x = as.integer(cb$period[i] != "1"),
  id = as.integer(cb$herd[i]))))
jobs <- read.csv(paste0(folder, "jobs.csv"))

# --- GEE, exchangeable: R's gee for the fit, the papers' formulas with full matrices for the errors
power <- function(m, p) { e <- eigen(m); Re(e$vectors %*% diag(e$values^p, nrow(m)) %*% solve(e$vectors)) }
corrections <- function(f, y, X, id, link) {
  beta <- f$coefficients; eta <- as.vector(X %*% beta); p <- ncol(X); N <- length(y)
  mu <- switch(link, logit = plogis(eta), log = exp(eta), identity = eta)
  slope <- switch(link, logit = mu * (1 - mu), log = mu, identity = rep(1, N))
  a <- f$working.correlation[1, 2]; people <- unique(id); K <- length(people)
  part <- lapply(people, function(i) {
    k <- which(id == i); m <- length(k)
    R <- matrix(a, m, m); diag(R) <- 1
    s <- diag(sqrt(mu[k] * (1 - mu[k])), m)
    list(D = slope[k] * X[k, , drop = FALSE], Vi = solve(s %*% R %*% s), r = y[k] - mu[k])
  })
  B <- solve(Reduce(`+`, lapply(part, function(q) t(q$D) %*% q$Vi %*% q$D)))
  meat <- function(score) B %*% Reduce(`+`, lapply(part, function(q) { u <- score(q); u %*% t(u) })) %*% B
  leverage <- function(q) q$D %*% B %*% t(q$D) %*% q$Vi
  lz <- meat(function(q) t(q$D) %*% q$Vi %*% q$r)
  list(LZ = lz,
       MD = meat(function(q) t(q$D) %*% q$Vi %*% solve(diag(length(q$r)) - leverage(q)) %*% q$r),
       KC = meat(function(q) t(q$D) %*% q$Vi %*% power(diag(length(q$r)) - leverage(q), -0.5) %*% q$r),
       FG = meat(function(q) {
         h <- diag(t(q$D) %*% q$Vi %*% q$D %*% B)
         diag(1 / sqrt(1 - pmin(0.75, h)), p) %*% t(q$D) %*% q$Vi %*% q$r }),
       MBN = lz * (N - 1) / (N - p) * K / (K - 1) +
         min(0.5, p / (K - p)) * max(1, sum(diag(lz %*% solve(B))) / p) * B)
}
fit_gee <- function(name, formula, d, link) {
  environment(formula) <- environment()
  X <- model.matrix(formula, d)
  start <- c(binomial(link)$linkfun(mean(d$y)), rep(0, ncol(X) - 1))
  invisible(capture.output(f <- suppressMessages(gee(formula, id = d$id, data = d, family = binomial(link), b = start,
    corstr = "exchangeable", tol = 1e-13, maxiter = 500))))
  for (k in seq_along(f$coefficients)) keep(paste0(name, ".b", k - 1), f$coefficients[[k]])
  keep(paste0(name, ".alpha"), f$working.correlation[1, 2]); keep(paste0(name, ".scale"), f$scale)
  keep(paste0(name, ".se_gee"), sqrt(f$robust.variance["x", "x"]))
  V <- corrections(f, d$y, X, d$id, link)
  for (kind in names(V)) keep(paste0(name, ".se_", kind), sqrt(V[[kind]][2, 2]))
}
for (link in c("logit", "log", "identity")) fit_gee(paste0("gee_bacteria_", link), y ~ x, bacteria, link)
fit_gee("gee_respiratory_logit", y ~ x + centre + baseline + age, respiratory, "logit")
fit_gee("gee_respiratory_identity", y ~ x + centre + baseline, respiratory, "identity")
fit_gee("gee_ohio_logit", y ~ x + age, ohio, "logit")
fit_gee("gee_cbpp_logit", y ~ x, cbpp, "logit")

# --- linear probability with CR2 and Satterthwaite df (clubSandwich)
cr2 <- function(name, formula, d) {
  environment(formula) <- environment()
  f <- lm(formula, data = d)
  test <- coef_test(f, vcov = vcovCR(f, cluster = d$id, type = "CR2"), test = "Satterthwaite")
  keep(paste0(name, ".estimate"), coef(f)[["x"]]); keep(paste0(name, ".se"), test$SE[2])
  keep(paste0(name, ".df"), test$df_Satt[2]); keep(paste0(name, ".p"), test$p_Satt[2])
}
cr2("cr2_bacteria", y ~ x, bacteria)
cr2("cr2_respiratory", y ~ x + centre + baseline + age, respiratory)
cr2("cr2_cbpp", y ~ x, cbpp)

# --- random intercept: glmer with tight settings; bacteria once more from the integral itself
control <- glmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 1e-3, rhoend = 1e-11, maxfun = 1e5),
                        tolPwrss = 1e-13, check.conv.grad = "ignore")
mixed <- function(name, formula, d, nodes) {
  environment(formula) <- environment()
  f <- glmer(formula, d, family = binomial, nAGQ = nodes, control = control)
  for (k in seq_along(fixef(f))) keep(paste0(name, ".b", k - 1), fixef(f)[[k]])
  keep(paste0(name, ".sd"), getME(f, "theta")); keep(paste0(name, ".loglik"), as.numeric(logLik(f)))
  keep(paste0(name, ".se_x"), sqrt(vcov(f)["x", "x"]))
}
mixed("glmm_bacteria", y ~ x + (1 | id), bacteria, 25)
mixed("glmm_respiratory", y ~ x + centre + baseline + age + (1 | id), respiratory, 25)
mixed("glmm_cbpp", y ~ x + (1 | id), cbpp, 25)
mixed("glmm_toenail", y ~ x + time + x:time + (1 | id), toenail, 25)
mixed("glmm_toenail100", y ~ x + time + x:time + (1 | id), toenail, 100)
likelihood <- function(theta) sum(sapply(split(bacteria, bacteria$id), function(q) {
  eta <- theta[1] + theta[2] * q$x
  log(integrate(function(v) sapply(v, function(z) prod(dbinom(q$y, 1, plogis(eta + theta[3] * z)))) * dnorm(v),
                -9, 9, rel.tol = 1e-12, subdivisions = 500L)$value)
}))
best <- optim(c(2.33, -0.98, 1.07), function(t) -likelihood(t), method = "BFGS",
              control = list(reltol = 1e-16, ndeps = rep(1e-4, 3)))
hessian <- optimHess(best$par, function(t) -likelihood(t), control = list(ndeps = rep(1e-3, 3)))
keep("integral_bacteria.b1", best$par[2]); keep("integral_bacteria.sd", abs(best$par[3]))
keep("integral_bacteria.loglik", -best$value); keep("integral_bacteria.se_x", sqrt(solve(hessian)[2, 2]))
marginal <- function(t) { p <- function(e) integrate(function(v) plogis(e + t[3] * v) * dnorm(v), -Inf, Inf,
  rel.tol = 1e-12)$value; p(t[1] + t[2]) - p(t[1]) }
slope <- sapply(1:3, function(k) { h <- replace(numeric(3), k, 1e-4)
  (marginal(best$par + h) - marginal(best$par - h)) / 2e-4 })
keep("integral_bacteria.rd", marginal(best$par))
keep("integral_bacteria.rd_se", sqrt(drop(slope %*% solve(hessian) %*% slope)))

# --- people's shares: ANCOVA-like model with weights
share <- aggregate(cbind(y, x, centre, baseline) ~ id, respiratory, mean)
for (weighted in c(FALSE, TRUE)) {
  w <- if (weighted) 1 + share$id %% 3 else rep(1, nrow(share))
  share$w <- w; f <- lm(y ~ x + baseline, data = share, weights = w)
  for (kind in c("const", "HC2", "HC3")) keep(paste0("share.", if (weighted) "weighted" else "plain", "_", kind),
    sqrt(if (kind == "const") vcov(f)["x", "x"] else vcovHC(f, type = kind)["x", "x"]))
  keep(paste0("share.", if (weighted) "weighted" else "plain", "_estimate"), coef(f)[["x"]])
}
wt <- t.test(y ~ x, data = share); keep("share.welch_se", wt$stderr); keep("share.welch_df", wt$parameter)
keep("share.welch_estimate", unname(diff(wt$estimate)))

# --- complier effect: JOBS II, attending on being invited; depression afterwards
for (model in c("wald", "adjusted")) {
  f <- if (model == "wald") ivreg(depress2 ~ comply | treat, data = jobs) else
    ivreg(depress2 ~ comply + depress1 + econ_hard + sex + age | treat + depress1 + econ_hard + sex + age, data = jobs)
  keep(paste0("cace_", model, ".estimate"), coef(f)[["comply"]])
  keep(paste0("cace_", model, ".se_classical"), sqrt(vcov(f)["comply", "comply"]))
  for (kind in c("HC0", "HC1")) keep(paste0("cace_", model, ".se_", kind), sqrt(vcovHC(f, type = kind)["comply", "comply"]))
  keep(paste0("cace_", model, ".f_classical"), summary(f, diagnostics = TRUE)$diagnostics["Weak instruments", "statistic"])
}
# the Anderson-Rubin set by inverting lm's own t test
ar <- function(e, kind) { f <- lm(I(depress2 - e * comply) ~ treat + depress1 + econ_hard + sex + age, data = jobs)
  v <- if (kind == "classical") vcov(f) else vcovHC(f, type = kind)
  abs(coef(f)[["treat"]]) / sqrt(v["treat", "treat"]) - qt(0.975, f$df.residual) }
for (kind in c("classical", "HC1")) {
  keep(paste0("ar_", kind, ".low"), uniroot(ar, c(-2, coef(f)[["comply"]]), kind = kind, tol = 1e-14)$root)
  keep(paste0("ar_", kind, ".high"), uniroot(ar, c(coef(f)[["comply"]], 2), kind = kind, tol = 1e-14)$root)
}

# --- Lee's bounds, written from Proposition 3 (2009); Beat the Blues at two months
d <- HSAUR3::BtheB; z <- as.integer(d$treatment == "BtheB")
lee <- function(y, z) {
  s <- !is.na(y); q <- mean(z)
  if (mean(s[z == 1]) >= mean(s[z == 0])) { big <- 1; sign <- 1 } else { big <- 0; sign <- -1; q <- 1 - q }
  sp <- mean(s[z == big]); al <- mean(s[z != big]); p <- (sp - al) / sp
  v <- sort(y[s & z == big]); m <- length(v); u <- y[s & z != big]
  one <- function(v) {
    keepn <- m * (1 - p); w <- c(rep(1, floor(keepn)), keepn - floor(keepn)); w <- c(w, rep(0, m))[1:m]
    mu <- sum(w * v) / sum(w); th <- v[ceiling(keepn - 1e-9)]
    vp <- (1 - p)^2 * ((1 - al / (1 - p)) / (q * al / (1 - p)) + (1 - al) / ((1 - q) * al))
    c(mu, (sum(w * (v - mu)^2) / sum(w)) / (q * sp * (1 - p)) + (th - mu)^2 * p / (q * sp * (1 - p)) +
        ((th - mu) / (1 - p))^2 * vp)
  }
  low <- one(v); high <- one(rev(v)); vc <- mean((u - mean(u))^2) / ((1 - q) * al)
  b <- sign * (c(low[1], high[1]) - mean(u)); e <- sqrt((c(low[2], high[2]) + vc) / length(y))
  if (sign < 0) { b <- rev(b); e <- rev(e) }
  c(b, e)
}
for (visit in c("bdi.2m", "bdi.8m")) { l <- lee(d[[visit]], z); visit <- sub(".", "_", visit, fixed = TRUE)
  for (k in 1:4) keep(paste0("lee_", visit, c(".lower", ".upper", ".lower_se", ".upper_se")[k]), l[k]) }
# errors of the bounds by 4000 bootstraps of jobs, the first 90 outcomes of those not invited made missing
set.seed(1); j <- jobs; j$depress2[j$treat == 0][1:90] <- NA
lb <- lee(j$depress2, j$treat); for (k in 1:4) keep(paste0("lee_jobs", c(".lower", ".upper", ".lower_se", ".upper_se")[k]), lb[k])
boot <- replicate(4000, { i <- sample(nrow(j), replace = TRUE); lee(j$depress2[i], j$treat[i])[1:2] })
keep("lee_jobs.boot_lower_se", sd(boot[1, ])); keep("lee_jobs.boot_upper_se", sd(boot[2, ]))

# --- mediation: JOBS II, invited -> job-search self-efficacy -> depression; Imai, Keele & Yamamoto (2010)
x <- ~ depress1 + econ_hard + sex + age
for (inter in c(FALSE, TRUE)) {
  name <- if (inter) "mediation_interaction" else "mediation"
  m <- lm(job_seek ~ treat + depress1 + econ_hard + sex + age, data = jobs)
  y <- if (inter) lm(depress2 ~ treat * job_seek + depress1 + econ_hard + sex + age, data = jobs) else
    lm(depress2 ~ treat + job_seek + depress1 + econ_hard + sex + age, data = jobs)
  at <- function(t, mt) { # outcome for everybody with arm t and the mediator of arm mt
    n <- transform(jobs, treat = mt); med <- predict(m, n); mean(predict(y, transform(jobs, treat = t, job_seek = med))) }
  keep(paste0(name, ".indirect1"), at(1, 1) - at(1, 0)); keep(paste0(name, ".indirect0"), at(0, 1) - at(0, 0))
  keep(paste0(name, ".direct1"), at(1, 1) - at(0, 1)); keep(paste0(name, ".direct0"), at(1, 0) - at(0, 0))
  keep(paste0(name, ".total"), at(1, 1) - at(0, 0))
}
e1 <- resid(lm(depress2 ~ treat + depress1 + econ_hard + sex + age, data = jobs)); rt <- cor(e1, resid(m))
keep("mediation.rho_at_zero", rt)
for (rho in c(-0.5, 0, 0.3)) keep(paste0("mediation.indirect_rho_", rho),
  coef(m)[["treat"]] * sd(e1) / sd(resid(m)) * (rt - rho * sqrt((1 - rt^2) / (1 - rho^2))))
write.csv(do.call(rbind, rows), "tests/reference/goals.csv", row.names = FALSE, quote = FALSE)
