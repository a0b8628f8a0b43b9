"""The published texts, written again with pandas from what the published code does (src/get_data.py of
dsrestrepo/Foundational-Multimodal-Fusion-Benchmark at 6a76fd3): prints a JSON list of one text a row.

    /usr/bin/python3 published_texts.py ham10000|brset|mbrset TABLE.csv

Needs Debian's python3-pandas.
"""
import json
import sys

import pandas as pd

NOTHING = "No data reported"


def number(cell):
    return float(str(cell).replace("O", "0").replace(",", "."))


def pick(value, names, otherwise):
    for code, name in names.items():
        if value == code:
            return name
    return otherwise


def ham10000(row):
    age = NOTHING if pd.isnull(row["age"]) else int(row["age"])
    sex, place = (NOTHING if pd.isnull(row[c]) else row[c] for c in ("sex", "localization"))
    return f"Patient diagnosed via {row['dx_type']}. Age: {age} years. Sex: {sex}. Localization: {place}."


def brset(row):
    def seen(column):
        return pick(row[column], {1: "present"}, "absent")

    eye = pick(row["exam_eye"], {1: "right", 2: "left"}, "no eye reported")
    sex = pick(row["patient_sex"], {1: "male", 2: "female"}, "no sex reported")
    age = "no age reported" if pd.isnull(row["patient_age"]) else str(number(row["patient_age"]))
    others = "with no comorbidities reported" if pd.isnull(row["comorbidities"]) else "with comorbidities: " + row["comorbidities"]
    years = row["diabetes_time_y"]
    duration = "with no diabetes duration reported" if pd.isnull(years) or years == "Não" else f"diabetes diagnosed for {number(years)} years"
    insulin = "not using insulin" if row["insuline"] == "no" else "using insulin"
    findings = ", ".join(f"{name}: {seen(column)}" for name, column in [
        ("macular edema", "macular_edema"), ("scar", "scar"), ("nevus", "nevus"), ("amd", "amd"), ("vascular occlusion", "vascular_occlusion"),
        ("drusens", "drusens"), ("hemorrhage", "hemorrhage"), ("retinal detachment", "retinal_detachment"), ("myopic fundus", "myopic_fundus"),
        ("increased cup disc ratio", "increased_cup_disc")])
    return (f"An image from the {eye} eye of a {sex} patient, aged {age} years, {others}, {duration}, {insulin}. "
            f"The optic disc is {seen('optic_disc')}, vessels are {seen('vessels')}, and the macula is {seen('macula')}. "
            f"Conditions include {findings}, and other conditions: {seen('other')}.")


def mbrset(row):
    def yes_no(column, yes, no):
        return pick(row[column], {1: yes}, no)

    school = pick(row["educational_level"], {
        1: "illiterate", 2: "with incomplete primary education", 3: "with complete primary education", 4: "with incomplete secondary education",
        5: "with complete secondary education", 6: "with incomplete tertiary education", 7: "with complete tertiary education"}, "with no educational level reported")
    sex = pick(row["sex"], {1: "male", 0: "female"}, "sex not reported")
    age = "with age not reported" if pd.isnull(row["age"]) else f"aged {row['age']} years"
    duration = "with no reported diabetes duration" if pd.isnull(row["dm_time"]) else f"diagnosed with diabetes for {row['dm_time']} years"
    parts = [yes_no(*a) for a in [
        ("insulin", "using insulin", "not using insulin"),
        ("oraltreatment_dm", "on oral treatment for diabetes", "not on oral treatment for diabetes"),
        ("systemic_hypertension", "with systemic hypertension", "without systemic hypertension"),
        ("alcohol_consumption", "consumes alcohol", "does not consume alcohol"),
        ("smoking", "smokes", "does not smoke"),
        ("obesity", "with obesity", "without obesity"),
        ("vascular_disease", "has vascular disease", "does not have vascular disease"),
        ("acute_myocardial_infarction", "has a history of acute myocardial infarction", "no history of acute myocardial infarction"),
        ("nephropathy", "with nephropathy", "without nephropathy"),
        ("neuropathy", "with neuropathy", "without neuropathy"),
        ("diabetic_foot", "has diabetic foot", "does not have diabetic foot")]]
    return (f"A {sex} patient {age}, {duration}, {parts[0]}, and {parts[1]}. The patient is {parts[2]}, {parts[3]}, {parts[4]}, {parts[5]}, and {parts[6]}. "
            f"Medical history includes: {parts[7]}, {parts[8]}, {parts[9]}, and {parts[10]}. The patient is {school}.")


table = pd.read_csv(sys.argv[2])
print(json.dumps([globals()[sys.argv[1]](row) for _, row in table.iterrows()]))
