# Reference values for reference-based imputation, made with R.
#
#   Rscript tests/reference/reference_based.R   (from the repository's root; about three minutes)
#
# writes tests/reference/reference_based.csv (name,value). Package: nlme 3.1-162 with R 4.2.2 (Debian 12).
# Data: antidepressant.csv: 172 people of a trial whose scores were made public by the Drug Information Association's
# working group on missing data (from Goldstein et al., J Clin Psychopharmacol 2004;24:389: the placebo arm, and people
# drawn from the three active arms; week 8 left out); the Hamilton scale of 17 items at baseline and weeks 1, 2, 4, 6.
# Typed from the copy in UCL's RefBasedMI (GPL-3) and checked against the estimates that rbmi prints for the same data.
#
# Independent implementation: nlme::gls fits the multivariate model by REML (tight tolerances), once and without each
# person. From the formulas, in this file: the conditional means (Carpenter, Roger & Kenward 2013), the jackknife, and
# the REML fit with a covariance by arm (nlminb on a log-Cholesky scale, all people only).
# rbmi's own printed numbers stand in the test: rbmi itself was not run here.
suppressPackageStartupMessages(library(nlme))
options(digits = 17)
rows <- list()
keep <- function(name, value) rows[[length(rows) + 1]] <<- data.frame(name = name, value = sprintf("%.17g", value))

a <- read.csv("tests/reference/data/antidepressant.csv")
weeks <- c("week1", "week2", "week4", "week6")
y <- as.matrix(a[weeks]) - a$baseline; drug <- as.numeric(a$arm == "DRUG"); n <- nrow(a)
ice <- apply(is.na(y), 1, function(gap) if (any(gap)) which(gap)[1] else 5); ice[a$person == 3618] <- 5
long <- data.frame(person = rep(a$person, 4), visit = rep(1:4, each = n), y = c(y), drug = rep(drug, 4),
                   baseline = rep(a$baseline, 4))
long <- long[!is.na(long$y), ]; long <- long[order(long$person, long$visit), ]; long$v <- factor(long$visit)
tight <- glsControl(maxIter = 500, msMaxIter = 2000, tolerance = 1e-12, msTol = 1e-13, returnObject = TRUE)
fit_model <- function(data) {
  f <- gls(y ~ 0 + v + v:drug + v:baseline, data, correlation = corSymm(form = ~ visit | person),
           weights = varIdent(form = ~ 1 | v), control = tight)
  # a person with all four visits has the whole covariance
  r <- as.matrix(corMatrix(f$modelStruct$corStruct)[["1503"]] %||% corMatrix(f$modelStruct$corStruct)[["1507"]])
  sd <- f$sigma * c(1, coef(f$modelStruct$varStruct, unconstrained = FALSE)[c("2", "3", "4")])
  list(b = matrix(coef(f), 3, byrow = TRUE), own = r * outer(sd, sd), ref = r * outer(sd, sd), ll = logLik(f)[1])
}
`%||%` <- function(p, q) if (is.null(p)) q else p
joint <- function(strategy, mu, mr, own, ref, first) {
  pre <- seq_len(4) < first
  if (strategy == "MAR" || all(pre)) return(list(mu, own))
  if (strategy == "CR" || !any(pre)) return(list(mr, ref))
  last <- first - 1
  m <- mu
  m[!pre] <- switch(strategy, JR = mr[!pre], CIR = mu[last] + mr[!pre] - mr[last], LMCF = mu[last])
  if (strategy == "LMCF") return(list(m, own))
  k <- ref[!pre, pre, drop = FALSE] %*% solve(ref[pre, pre]); s <- own
  s[!pre, pre] <- k %*% own[pre, pre]; s[pre, !pre] <- t(s[!pre, pre])
  s[!pre, !pre] <- ref[!pre, !pre] - k %*% (ref[pre, pre] - own[pre, pre]) %*% t(k)
  list(m, s)
}
fill <- function(p, strategy, keep_rows) {
  done <- y
  for (i in keep_rows) {
    gap <- is.na(y[i, ]); if (!any(gap)) next
    mu <- colSums(p$b * c(1, drug[i], a$baseline[i])); mr <- colSums(p$b * c(1, 0, a$baseline[i]))
    own <- if (drug[i] == 1) p$own else p$ref
    j <- joint(strategy, mu, mr, own, p$ref, ice[i])
    done[i, gap] <- j[[1]][gap] + j[[2]][gap, !gap, drop = FALSE] %*% solve(j[[2]][!gap, !gap], y[i, !gap] - j[[1]][!gap])
  }
  done
}
effects <- function(done, keep_rows) sapply(1:4, function(v)
  coef(lm(done[keep_rows, v] ~ drug[keep_rows] + a$baseline[keep_rows]))[[2]])
strategies <- c("MAR", "JR", "CR", "CIR", "LMCF")

p <- fit_model(long)
keep("reml.loglik", p$ll)
for (r in 1:4) for (c in 1:r) keep(sprintf("reml.sigma.%d.%d", r, c), p$own[r, c])
for (r in 1:3) for (c in 1:4) keep(sprintf("reml.b.%d.%d", r, c), p$b[r, c])
whole <- sapply(strategies, function(s) effects(fill(p, s, 1:n), 1:n))
shift <- fill(p, "JR", 1:n) - fill(p, "MAR", 1:n)
left <- parallel::mclapply(1:n, function(i) {
  q <- fit_model(long[long$person != a$person[i], ]); kept <- setdiff(1:n, i)
  cbind(sapply(strategies, function(s) effects(fill(q, s, kept), kept)),
        anchored = effects(fill(q, "MAR", kept) + shift, kept))
}, mc.cores = 1)
left <- simplify2array(left)
for (v in 1:4) {
  for (s in strategies) keep(sprintf("%s.estimate.%d", s, v), whole[v, s])
  for (s in c(strategies, "anchored"))
    keep(sprintf("%s.se.%d", s, v), sqrt((n - 1) / n * sum((left[v, s, ] - mean(left[v, s, ]))^2)))
}

# --- a covariance by arm
objective <- function(th, full = FALSE) {
  chol_of <- function(t) { l <- matrix(0, 4, 4); l[lower.tri(l, TRUE)] <- t; diag(l) <- exp(diag(l)); l %*% t(l) }
  s <- list(chol_of(th[1:10]), chol_of(th[11:20])); m <- matrix(0, 12, 12); rhs <- numeric(12); quad <- ld <- 0
  for (i in 1:n) {
    o <- !is.na(y[i, ]); k <- diag(4)[o, , drop = FALSE]; x <- k %x% t(c(1, drug[i], a$baseline[i] / 10))
    v <- s[[2 - drug[i]]][o, o, drop = FALSE]; w <- solve(v)
    m <- m + t(x) %*% w %*% x; rhs <- rhs + t(x) %*% w %*% y[i, o]; quad <- quad + y[i, o] %*% w %*% y[i, o]
    ld <- ld + log(det(v))
  }
  b <- solve(m, rhs)
  if (full) return(list(b = matrix(b, 3) * c(1, 1, 0.1), own = s[[1]], ref = s[[2]]))
  (ld + log(det(m)) + quad - sum(rhs * b))[1]
}
start <- t(chol(p$own)); diag(start) <- log(diag(start)); start <- start[lower.tri(start, TRUE)]
best <- nlminb(c(start, start), objective, control = list(rel.tol = 1e-14, iter.max = 500, eval.max = 5000))
best <- nlminb(best$par, objective, control = list(rel.tol = 1e-15, iter.max = 500, eval.max = 5000))
two <- objective(best$par, TRUE)
for (r in 1:4) for (c in 1:r) keep(sprintf("two.own.%d.%d", r, c), two$own[r, c])
for (s in strategies) { e <- effects(fill(two, s, 1:n), 1:n); for (v in 1:4) keep(sprintf("two.%s.%d", s, v), e[v]) }

write.csv(do.call(rbind, rows), "tests/reference/reference_based.csv", row.names = FALSE, quote = FALSE)
