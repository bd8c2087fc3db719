# Reference values for the longitudinal models of stegvis.methods.analysis, made with R.
#
#   Rscript tests/reference/longitudinal.R        (from the repository's root)
#
# writes tests/reference/longitudinal.csv (name,value) and the data sets in tests/reference/data/ but for fev.csv.
# Packages (Debian 12): r-base-core 4.2.2, nlme 3.1-162, lme4 1.1-31, lmerTest 3.1-3, pbkrtest 0.5.2, numDeriv
# 2016.8-1.1, sandwich 3.0-2, clubSandwich 0.5.8, emmeans 1.8.4-1, HSAUR3 1.0-13, MASS 7.3-58.2.
#
# What is independent of what:
# - names with "gls" and "lme" come from nlme, made to converge tightly;
# - names with "dense" come from the functions below: the restricted likelihood with whole n x n matrices, maximised by
#   Newton-like steps with numerical derivatives (numDeriv, Richardson) from nlme's optimum, and Satterthwaite's and
#   Kenward & Roger's formulas written from their papers (1985, 1997), with the observed information by numerical
#   second derivatives and analytical dV/dtheta;
# - names with "lmertest" and "pbkrtest" come from those packages (Satterthwaite by the observed information,
#   Kenward-Roger by the expected one);
# - names with "clubsandwich", "sandwich", "emmeans" come from those packages;
# - names with "sas" are printed by SAS PROC MIXED for the data fev.csv. They stand, with 14 digits, in the validation
#   files of the R package mmrm (openpharma/mmrm, folders design/KR and design/ddfm_covtype), Apache-2.0. SAS stops when
#   g'Hg/f < 1e-8, which is why most agree to 4-6 digits only.
#
# Data: HSAUR3::BtheB (Proudfoot et al. 2003; GPL-2), nlme::Orthodont (Potthoff & Roy 1964; GPL-2 or later),
# datasets::sleep (Cushny & Peebles 1905), MASS::nlschools (Snijders & Bosker 1999; GPL-2 or GPL-3); fev.csv is the
# simulated data set fev_data of mmrm (Apache-2.0; copyright its authors), cut after six decimals.
suppressPackageStartupMessages({
  library(nlme); library(lme4); library(lmerTest); library(pbkrtest); library(numDeriv); library(HSAUR3)
  library(MASS); library(sandwich); library(clubSandwich); library(emmeans)
})
options(digits = 17, contrasts = c("contr.treatment", "contr.poly"))
rows <- list()
keep <- function(name, value) rows[[length(rows) + 1]] <<- data.frame(name = name, value = sprintf("%.15g", value))
store <- function(data, name) write.csv(data, paste0("tests/reference/data/", name), row.names = FALSE, quote = FALSE, na = "")

# --- dense restricted likelihood and small-sample corrections
# make(theta) gives a function of row numbers, the covariance of these rows; blocks: rows that go together
deviance_of <- function(theta, make, blocks, y, X) {
  part <- make(theta); XtX <- matrix(0, ncol(X), ncol(X)); Xty <- numeric(ncol(X)); yty <- 0; logdet <- 0
  for (i in blocks) {
    U <- tryCatch(chol(part(i)), error = function(e) NULL)
    if (is.null(U)) return(1e10)
    Xs <- backsolve(U, X[i, , drop = FALSE], transpose = TRUE); ys <- backsolve(U, y[i], transpose = TRUE)
    XtX <- XtX + crossprod(Xs); Xty <- Xty + crossprod(Xs, ys); yty <- yty + sum(ys^2); logdet <- logdet + 2 * sum(log(diag(U)))
  }
  logdet + as.numeric(determinant(XtX)$modulus) + yty - sum(Xty * solve(XtX, Xty)) + (length(y) - ncol(X)) * log(2 * pi)
}
polish <- function(theta, make, blocks, y, X, steps = 6) {
  f <- function(t) deviance_of(t, make, blocks, y, X)
  scale <- pmax(abs(theta), 1e-2 * max(abs(theta)))
  g <- function(u) f(u * scale)
  u <- nlminb(theta / scale, g, control = list(rel.tol = 1e-12, eval.max = 2000, iter.max = 500))$par
  for (round in 1:3) { # Newton-like steps with one Hessian a round: the gradient decides where they end
    H <- hessian(g, u, method.args = list(r = 4))
    for (i in seq_len(steps)) {
      step <- solve(H, grad(g, u, method.args = list(r = 6)))
      u <- u - step
      if (max(abs(step)) < 1e-9) break
    }
    if (max(abs(step)) < 1e-7) break
  }
  list(theta = u * scale, H = hessian(g, u, method.args = list(r = 6)) / outer(scale, scale), last = max(abs(step)))
}
dense <- function(name, theta, make, slopes, blocks, y, X, rows_of) {
  p <- polish(theta, make, blocks, lm.fit(X, y)$residuals, X) # residuals: the same likelihood, fewer lost digits
  if (p$last > 1e-5) warning(name, " is not polished: ", p$last)
  V <- make(p$theta)(seq_along(y)); Vi <- solve(V); Phi <- solve(t(X) %*% Vi %*% X); b <- Phi %*% t(X) %*% Vi %*% y
  W <- 2 * solve(p$H)
  D <- slopes(p$theta); k <- length(D)
  P <- lapply(D, function(d) -t(X) %*% Vi %*% d %*% Vi %*% X)
  U <- matrix(0, ncol(X), ncol(X))
  for (i in 1:k) for (j in 1:k) {
    Q <- t(X) %*% Vi %*% D[[i]] %*% Vi %*% D[[j]] %*% Vi %*% X
    U <- U + W[i, j] * (Q - P[[i]] %*% Phi %*% P[[j]])
  }
  PhiA <- Phi + 2 * Phi %*% U %*% Phi
  keep(paste0(name, ".deviance"), deviance_of(p$theta, make, blocks, y, X))
  for (i in seq_along(p$theta)) keep(paste0(name, ".theta", i), p$theta[i])
  for (label in names(rows_of)) {
    L <- rbind(rows_of[[label]])
    if (nrow(L) == 1) {
      cc <- as.numeric(L); g <- sapply(P, function(p) -sum(cc * (Phi %*% p %*% Phi %*% cc)))
      v <- sum(cc * (Phi %*% cc))
      keep(paste0(name, ".", label, ".estimate"), sum(cc * b))
      keep(paste0(name, ".", label, ".se"), sqrt(v))
      keep(paste0(name, ".", label, ".kr_se"), sqrt(sum(cc * (PhiA %*% cc))))
      keep(paste0(name, ".", label, ".df"), 2 * v^2 / as.numeric(t(g) %*% W %*% g))
    } else {
      l <- nrow(L); Th <- t(L) %*% solve(L %*% Phi %*% t(L)) %*% L
      A1 <- 0; A2 <- 0
      for (i in 1:k) for (j in 1:k) {
        a <- Th %*% Phi %*% P[[i]] %*% Phi; c <- Th %*% Phi %*% P[[j]] %*% Phi
        A1 <- A1 + W[i, j] * sum(diag(a)) * sum(diag(c)); A2 <- A2 + W[i, j] * sum(diag(a %*% c))
      }
      B <- (A1 + 6 * A2) / (2 * l); gg <- ((l + 1) * A1 - (l + 4) * A2) / ((l + 2) * A2)
      den <- 3 * l + 2 * (1 - gg); c1 <- gg / den; c2 <- (l - gg) / den; c3 <- (l + 2 - gg) / den
      E <- 1 / (1 - A2 / l); Vs <- 2 / l * (1 + c1 * B) / ((1 - c2 * B)^2 * (1 - c3 * B)); rho <- Vs / (2 * E^2)
      m <- 4 + (l + 2) / (l * rho - 1)
      keep(paste0(name, ".", label, ".kr_f"), m / (E * (m - 2)) * as.numeric(t(L %*% b) %*% solve(L %*% PhiA %*% t(L), L %*% b)) / l)
      keep(paste0(name, ".", label, ".kr_df"), m)
      e <- eigen(L %*% Phi %*% t(L), symmetric = TRUE); M <- t(e$vectors) %*% L
      nu <- apply(M, 1, function(cc) { v <- sum(cc * (Phi %*% cc)); g <- sapply(P, function(p) -sum(cc * (Phi %*% p %*% Phi %*% cc))); 2 * v^2 / as.numeric(t(g) %*% W %*% g) })
      EE <- sum((nu / (nu - 2))[nu > 2])
      keep(paste0(name, ".", label, ".fc_f"), mean((M %*% b)^2 / e$values)); keep(paste0(name, ".", label, ".fc_df"), 2 * EE / (EE - l))
    }
  }
  invisible(p)
}
# a covariance matrix of people out of one of occasions: person and time index every row
people_matrix <- function(S, person, time) S[time, time] * outer(person, person, "==")
elements <- function(T) { o <- list(); for (i in 1:T) for (j in i:T) { m <- matrix(0, T, T); m[i, j] <- m[j, i] <- 1; o[[length(o) + 1]] <- m }; o }
tight <- glsControl(tolerance = 1e-13, maxIter = 500, msMaxIter = 1000, msTol = 1e-14, opt = "nlminb", apVar = FALSE)

# --- BtheB: MMRM, unstructured, baseline by occasion, strata; and constrained
B <- BtheB; B$id <- sprintf("P%03d", seq_len(nrow(B))); B$drug <- as.character(B$drug)
B$length <- ifelse(B$length == "<6m", "short", "long"); B$treatment <- as.character(B$treatment)
names(B) <- sub("bdi\\.", "bdi_", names(B))
store(B[, c("id", "treatment", "drug", "length", "bdi_pre", "bdi_2m", "bdi_3m", "bdi_5m", "bdi_8m")], "btheb.csv")
long <- function(D, columns, keepers) {
  o <- do.call(rbind, lapply(seq_along(columns), function(t) data.frame(D[, keepers], time = t, y = D[[columns[t]]])))
  o <- o[order(o$id, o$time), ]; o[!is.na(o$y), ]
}
post <- c("bdi_2m", "bdi_3m", "bdi_5m", "bdi_8m")
M <- long(B, post, c("id", "treatment", "drug", "length", "bdi_pre"))
has <- unique(M$id); M$base <- M$bdi_pre - mean(B$bdi_pre[B$id %in% has]); M$visit <- factor(M$time)
M$arm <- as.numeric(M$treatment == "BtheB"); M$dr <- as.numeric(M$drug == "Yes") - mean(B$drug[B$id %in% has] == "Yes")
fit <- gls(y ~ 0 + visit + visit:arm + visit:base + dr, data = M, correlation = corSymm(form = ~ time | id),
           weights = varIdent(form = ~ 1 | time), method = "REML", control = tight)
keep("btheb.gls.deviance", -2 * as.numeric(logLik(fit)))
X <- model.matrix(~ 0 + visit + visit:arm + visit:base + dr, M)
one <- as.integer(factor(M$id))
start_of <- function(fit, T) {
  sd <- numeric(T); w <- coef(fit$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE)
  C <- corMatrix(fit$modelStruct$corStruct); full <- C[[which(sapply(C, nrow) == T)[1]]]
  sd <- fit$sigma * as.numeric(w[as.character(1:T)]); S <- full * outer(sd, sd); unlist(lapply(1:T, function(i) S[i, i:T]))
}
un <- function(T, person, time) list(
  make = function(th) { S <- Reduce(`+`, Map(`*`, th, elements(T))); function(i) people_matrix(S, person[i], time[i]) },
  slopes = function(th) lapply(elements(T), people_matrix, person, time), blocks = split(seq_along(person), person))
pick <- function(X, ...) { r <- setNames(numeric(ncol(X)), colnames(X)); v <- c(...); r[names(v)] <- v; r }
u <- un(4, one, M$time)
dense("btheb.un.dense", start_of(fit, 4), u$make, u$slopes, u$blocks, M$y, X, list(
  m2 = pick(X, "visit1:arm" = 1), m8 = pick(X, "visit4:arm" = 1),
  mean8 = pick(X, visit4 = 1, "visit4:arm" = 1),
  all = do.call(rbind, lapply(1:4, function(t) pick(X, setNames(1, paste0("visit", t, ":arm")))))))
# constrained: baseline an outcome
C <- long(B, c("bdi_pre", post), c("id", "treatment", "drug", "length"))
C$visit <- factor(C$time); C$arm <- as.numeric(C$treatment == "BtheB"); C$dr <- as.numeric(C$drug == "Yes") - mean(B$drug == "Yes")
Xc <- cbind(model.matrix(~ 0 + visit, C), sapply(2:5, function(t) C$arm * (C$time == t)), dr = C$dr)
colnames(Xc)[6:9] <- paste0("arm", 2:5)
fitc <- gls(y ~ 0 + Xc, data = C, correlation = corSymm(form = ~ time | id), weights = varIdent(form = ~ 1 | time), method = "REML", control = tight)
uc <- un(5, as.integer(factor(C$id)), C$time)
dense("btheb.clda.dense", start_of(fitc, 5), uc$make, uc$slopes, uc$blocks, C$y, Xc, list(m8 = pick(Xc, arm5 = 1), m2 = pick(Xc, arm2 = 1)))

# --- Orthodont: complete data, other structures
O <- as.data.frame(Orthodont); O$id <- as.character(O$Subject); O <- O[order(O$id, O$age), ]; O$time <- (O$age - 6) / 2
O$female <- as.numeric(O$Sex == "Female"); O$visit <- factor(O$time)
W <- reshape(O[, c("id", "Sex", "time", "distance")], idvar = c("id", "Sex"), timevar = "time", direction = "wide")
names(W) <- c("id", "sex", "d8", "d10", "d12", "d14"); store(W, "orthodont.csv")
Xo <- model.matrix(~ 0 + visit + visit:female, O)
for (kind in list(list("cs", corCompSymm(form = ~ time | id), NULL), list("ar1", corAR1(form = ~ time | id), NULL),
                  list("csh", corCompSymm(form = ~ time | id), varIdent(form = ~ 1 | time)),
                  list("ar1h", corAR1(form = ~ time | id), varIdent(form = ~ 1 | time)),
                  list("un", corSymm(form = ~ time | id), varIdent(form = ~ 1 | time)))) {
  f <- gls(distance ~ 0 + visit + visit:female, data = O, correlation = kind[[2]], weights = kind[[3]], method = "REML", control = tight)
  keep(paste0("orthodont.gls.", kind[[1]], ".deviance"), -2 * as.numeric(logLik(f)))
  keep(paste0("orthodont.gls.", kind[[1]], ".estimate"), coef(f)[["visit4:female"]])
  keep(paste0("orthodont.gls.", kind[[1]], ".se"), sqrt(vcov(f)["visit4:female", "visit4:female"]))
}
cs <- lmer(distance ~ 0 + visit + visit:female + (1 | id), data = O, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12)))
Lr <- pick(Xo, "visit4:female" = 1); L4 <- do.call(rbind, lapply(1:4, function(t) pick(Xo, setNames(1, paste0("visit", t, ":female")))))
ct <- contest1D(cs, Lr, ddf = "Satterthwaite"); keep("orthodont.cs.lmertest.df", ct$df); keep("orthodont.cs.lmertest.se", ct[["Std. Error"]])
ct <- contest1D(cs, Lr, ddf = "Kenward-Roger"); keep("orthodont.cs.pbkrtest.df", ct$df); keep("orthodont.cs.pbkrtest.se", ct[["Std. Error"]])
ct <- contestMD(cs, L4, ddf = "Kenward-Roger"); keep("orthodont.cs.pbkrtest.f", ct[["F value"]]); keep("orthodont.cs.pbkrtest.f_df", ct$DenDF)
ct <- contestMD(cs, L4, ddf = "Satterthwaite"); keep("orthodont.cs.lmertest.f", ct[["F value"]]); keep("orthodont.cs.lmertest.f_df", ct$DenDF)
# Toeplitz and groupwise unstructured by the dense functions
oi <- as.integer(factor(O$id)); bands <- lapply(0:3, function(k) 1 * (abs(outer(1:4, 1:4, "-")) == k))
persons <- split(seq_along(oi), oi)
dense("orthodont.toep.dense", c(5, 3, 3, 2.7), function(th) { T4 <- Reduce(`+`, Map(`*`, th, bands)); function(i) people_matrix(T4, oi[i], O$time[i]) },
      function(th) lapply(bands, people_matrix, oi, O$time), persons, O$distance, Xo, list(d14 = Lr))
by_sex <- function(m, female) people_matrix(m, oi, O$time) * outer(O$female == female, O$female == female, "&")
csm <- list(matrix(1, 4, 4), diag(4))
dense("orthodont.cs_by_sex.dense", c(3, 2, 3, 1), function(th) { all <- by_sex(th[1] * csm[[1]] + th[2] * csm[[2]], 0) + by_sex(th[3] * csm[[1]] + th[4] * csm[[2]], 1); function(i) all[i, i] },
      function(th) list(by_sex(csm[[1]], 0), by_sex(csm[[2]], 0), by_sex(csm[[1]], 1), by_sex(csm[[2]], 1)), persons, O$distance, Xo, list(d14 = Lr))

# --- sleep: the paired t test
s <- reshape(sleep, idvar = "ID", timevar = "group", direction = "wide"); names(s) <- c("id", "drug1", "drug2"); store(s, "sleep.csv")
tt <- t.test(s$drug2, s$drug1, paired = TRUE); keep("sleep.estimate", unname(tt$estimate)); keep("sleep.se", tt$stderr); keep("sleep.df", unname(tt$parameter))

# --- fev: SAS PROC MIXED, FEV1 = ARMCD, REPEATED visit, difference TRT - PBO; kr = DDFM=KR, krl = DDFM=KR(LINEAR)
sas <- list(un.krl = c(3.81972492174648, 0.66124382270307, 160.733266403768), ar1.krl = c(4.22574315817874, 0.96058142305176, 188.46934887972),
            ar1.kr = c(4.22574315817874, 0.95865439662225, 188.46934887972), ar1h.krl = c(3.72674356244499, 0.75924807546934, 188.225339095373),
            ar1h.kr = c(3.72674356244499, 0.7590316099633, 188.225339095373), toep.kr = c(4.47051860580552, 0.87839805519623, 160.027408337368),
            toeph.krl = c(3.92287746213894, 0.72537324518435, 180.062730071701), toeph.kr = c(3.92287746213894, 0.72543828853831, 180.062730071701),
            cs.kr = c(4.19663617897035, 0.7964696053595, 177.038485931223), csh.krl = c(3.77090812499029, 0.67403858183242, 190.737701349941),
            csh.kr = c(3.77090812499029, 0.67414806011886, 190.737701349941))
for (n in names(sas)) { keep(paste0("fev.sas.", n, ".estimate"), sas[[n]][1]); keep(paste0("fev.sas.", n, ".se"), sas[[n]][2]); keep(paste0("fev.sas.", n, ".df"), sas[[n]][3]) }
keep("fev.sas.un.deviance", 3667.96276376); keep("fev.sas.ar1.deviance", 3855.12433951)
# the same by the dense functions, unstructured, so that SAS's early stop does not limit the digits
Fv <- read.csv("tests/reference/data/fev.csv"); names(Fv)[1] <- "id"
Fl <- long(Fv, c("v1", "v2", "v3", "v4"), c("id", "arm")); Xf <- cbind(one = 1, arm = as.numeric(Fl$arm == "TRT"))
uf <- un(4, as.integer(factor(Fl$id)), Fl$time)
dense("fev.un.dense", c(108.39, 45.41, -2.70, -47.01, 40.17, .78, -13.10, 24.61, 18.73, 152.36), uf$make, uf$slopes, uf$blocks, Fl$y, Xf, list(arm = c(0, 1)))

# --- nlschools, made partially nested: pupils of mixed-grade classes in their classes, every seventh other pupil alone
N <- nlschools; N$class <- as.character(N$class)
multi <- N[N$COMB == 1, ]; multi <- multi[multi$class %in% sort(unique(multi$class))[1:14], ]
single <- N[N$COMB == 0, ]; single <- single[seq(1, nrow(single), by = 7), ]; single$class <- ""
S <- rbind(multi, single)[, c("lang", "IQ", "COMB", "class")]; names(S) <- c("lang", "iq", "comb", "class"); store(S, "schools.csv")
z <- as.numeric(S$comb == 1); S$z <- z; S$cl <- ifelse(z == 1, S$class, S$class[1]); S$iqc <- S$iq - mean(S$iq)
lm1 <- lmer(lang ~ z + iqc + (0 + z | cl), data = S, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12)))
ct <- contest1D(lm1, c(0, 1, 0), ddf = "Satterthwaite")
keep("schools.equal.lmertest.estimate", ct$Estimate); keep("schools.equal.lmertest.se", ct[["Std. Error"]]); keep("schools.equal.lmertest.df", ct$df)
ct <- contest1D(lm1, c(0, 1, 0), ddf = "Kenward-Roger"); keep("schools.equal.pbkrtest.se", ct[["Std. Error"]]); keep("schools.equal.pbkrtest.df", ct$df)
vc <- as.data.frame(VarCorr(lm1)); keep("schools.equal.lmer.cluster", vc$vcov[1]); keep("schools.equal.lmer.residual", vc$vcov[2])
keep("schools.equal.lmer.deviance", -2 * as.numeric(logLik(lm1)))
me <- lme(lang ~ z + iqc, random = list(cl = pdDiag(~ 0 + z)), weights = varIdent(form = ~ 1 | z), data = S,
          control = lmeControl(tolerance = 1e-12, msTol = 1e-14, msMaxIter = 1000, opt = "nlminb"))
keep("schools.lme.estimate", fixef(me)[["z"]]); keep("schools.lme.se", sqrt(vcov(me)["z", "z"])); keep("schools.lme.deviance", -2 * as.numeric(logLik(me)))
Z <- outer(S$cl, unique(S$cl), "==") * z; parts <- list(diag(1 - z), diag(z), Z %*% t(Z))
w <- coef(me$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE)
dense("schools.dense", c((me$sigma * w[["0"]])^2, (me$sigma * w[["1"]])^2, as.numeric(VarCorr(me)["z", "Variance"])),
      function(th) { all <- Reduce(`+`, Map(`*`, th, parts)); function(i) all[i, i, drop = FALSE] }, function(th) parts,
      split(seq_along(z), ifelse(z == 1, S$class, "")), S$lang, cbind(1, z, S$iqc), list(arm = c(0, 1, 0)))

# --- cluster-robust errors of a linear model: schools, classes as clusters (everybody alone is a cluster of one)
S$cluster <- ifelse(z == 1, S$class, paste0("alone", seq_along(z)))
ols <- lm(lang ~ z + iqc, data = S)
for (kind in c("CR0", "CR1", "CR2")) keep(paste0("schools.clubsandwich.", kind), sqrt(vcovCR(ols, cluster = S$cluster, type = kind)["z", "z"]))
cf <- coef_test(ols, vcov = "CR2", cluster = S$cluster, test = "Satterthwaite"); keep("schools.clubsandwich.df", cf$df_Satt[2]); keep("schools.clubsandwich.p", cf$p_Satt[2])
cf <- coef_test(ols, vcov = "CR2", cluster = S$cluster, test = "Satterthwaite"); keep("schools.clubsandwich.iq_df", cf$df_Satt[3])
for (kind in c("HC0", "HC1", "HC2", "HC3")) keep(paste0("schools.sandwich.", kind), sqrt(vcovHC(ols, type = kind)["z", "z"]))

# --- Lin's interacted estimator and least-squares means: anorexia, three arms
a <- MASS::anorexia; a$Treat <- relevel(a$Treat, ref = "Cont"); a$c <- a$Prewt - mean(a$Prewt)
lin <- lm(Postwt ~ Treat * c, data = a); V <- vcovHC(lin, type = "HC2")
keep("anorexia.lin.estimate", coef(lin)[["TreatFT"]]); keep("anorexia.lin.se", sqrt(V["TreatFT", "TreatFT"])); keep("anorexia.lin.df", lin$df.residual)
additive <- lm(Postwt ~ Treat + Prewt, data = a); em <- summary(emmeans(additive, "Treat"))
for (arm in c("Cont", "CBT", "FT")) { keep(paste0("anorexia.emmeans.", arm, ".mean"), em$emmean[em$Treat == arm]); keep(paste0("anorexia.emmeans.", arm, ".se"), em$SE[em$Treat == arm]) }
emr <- summary(emmeans(additive, "Treat", vcov. = vcovHC(additive, type = "HC3")))
keep("anorexia.emmeans.FT.hc3", emr$SE[emr$Treat == "FT"])
write.csv(do.call(rbind, rows), "tests/reference/longitudinal.csv", row.names = FALSE, quote = FALSE)
