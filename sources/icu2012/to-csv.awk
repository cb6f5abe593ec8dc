# Stays of the PhysioNet/Computing in Cardiology Challenge 2012 (https://physionet.org/content/challenge-2012/1.0.0/)
# as one table that `dost ingest icu2012` reads:
#
#   awk -f sources/icu2012/to-csv.awk set-a/*.txt > set-a.csv        (set-b, set-c alike; `| gzip` where room is short)
#
# What the set leaves to its reader, and what is done here:
# - Times are hours:minutes since admission. The set has no dates; every stay is put on 1 January 2012, 00:00 UTC.
# - Age is whole years: a birthday on 1 January gives the same age at admission and 48 hours later.
# - -1 means "not measured" (weight, height, sex, ICU type): no row. A value that is merely wrong (a temperature of -17.8, a pH
#   of 735) is a row: what is plausible is for the model to say, and a temperature that was written is a fact of the record.
# - The same parameter may stand twice at one minute with two values: two results. The same line twice is one.
# - MechVent and ICUType are states, not quantities: a result 1 of the code that says it.
# - Magnesium is documented in mmol/L and is in mg/dL (median 1.9); terminology/icu-2012 says so.
BEGIN { FS = ","; print "RecordID,Code,Value,Time,BirthDate,Sex,ResultId" }
FNR == 1 { flush(); next }
{
  sub(/\r$/, "", $3)
  if ($2 == "") next
  if ($2 == "RecordID") { stay = $3; next }
  if ($2 == "Age") { age = $3; next }
  if ($2 == "Gender") { sex = $3 == "0" ? "F" : $3 == "1" ? "M" : ""; next }
  if ($3 == "-1") next
  if (($1, $2, $3) in seen) next
  seen[$1, $2, $3] = 1
  split($1, clock, ":")
  code[++rows] = $2 == "ICUType" ? "ICUType" $3 : $2
  value[rows] = $2 == "ICUType" ? 1 : $3
  at[rows] = sprintf("2012-01-%02dT%02d:%02d:00Z", 1 + int(clock[1] / 24), clock[1] % 24, clock[2])
  line[rows] = FNR
}
END { flush() }
function flush(   i) {
  for (i = 1; i <= rows; i++)
    printf "%s,%s,%s,%s,%s,%s,%s-%d\n", stay, code[i], value[i], at[i], age == "" || age < 0 ? "" : sprintf("%04d-01-01", 2012 - age), sex, stay, line[i]
  rows = 0; stay = ""; age = ""; sex = ""
  split("", seen)
}
