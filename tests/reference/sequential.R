# Reference values for group-sequential designs, made with R.
#
#   Rscript tests/reference/sequential.R        (from the repository's root)
#
# writes tests/reference/sequential.csv (name,value). Package (Debian 12): rpact 3.3.4.
# rpact integrates by a Newton–Cotes rule and finds roots to about 1e-7 or 1e-8; the tests' tolerances follow from that.
# The constants of Jennison & Turnbull 2000 (tables 2.1 and 2.3) stand in the tests themselves.
suppressPackageStartupMessages(library(rpact))
options(digits = 17)
rows <- list()
keep <- function(name, value) rows[[length(rows) + 1]] <<- data.frame(name = name, value = sprintf("%.17g", value))
all_of <- function(name, values) for (i in seq_along(values)) keep(paste0(name, i), values[i])

designs <- list(
  of2 = list(typeOfDesign = "OF", kMax = 5, alpha = .05, sided = 2, beta = .2),
  p2 = list(typeOfDesign = "P", kMax = 5, alpha = .05, sided = 2, beta = .2),
  of1 = list(typeOfDesign = "OF", kMax = 3, alpha = .025, sided = 1),
  asof1 = list(typeOfDesign = "asOF", informationRates = c(.3, .6, 1), alpha = .025, sided = 1),
  asp1 = list(typeOfDesign = "asP", informationRates = c(.25, .5, .75, 1), alpha = .025, sided = 1),
  askd1 = list(typeOfDesign = "asKD", gammaA = 3, informationRates = c(.4, 1), alpha = .025, sided = 1),
  asof2 = list(typeOfDesign = "asOF", informationRates = c(.5, 1), alpha = .05, sided = 2),
  fut1 = list(typeOfDesign = "asOF", informationRates = c(.3, .6, 1), alpha = .025, sided = 1, beta = .1,
    typeBetaSpending = "bsOF", bindingFutility = FALSE)
)
for (name in names(designs)) {
  d <- do.call(getDesignGroupSequential, c(designs[[name]], list(tolerance = 1e-10)))
  all_of(paste0(name, ".upper"), d$criticalValues)
  all_of(paste0(name, ".spent"), d$alphaSpent)
  if (name == "fut1") all_of(paste0(name, ".lower"), d$futilityBounds)
  ch <- getDesignCharacteristics(d)
  keep(paste0(name, ".beta"), d$beta)
  keep(paste0(name, ".shift"), ch$shift); keep(paste0(name, ".inflation"), ch$inflationFactor)
  keep(paste0(name, ".asn1"), ch$averageSampleNumber1); keep(paste0(name, ".asn0"), ch$averageSampleNumber0)
  all_of(paste0(name, ".power"), ch$power)
}
write.csv(do.call(rbind, rows), "tests/reference/sequential.csv", row.names = FALSE, quote = FALSE)
