namespace DatacenterOst.Specs.Conformance;

/// <summary>
/// The small cohort that every table of searches is about: five patients with what a kidney ward writes of them.
/// What is looked up in the tables stands here; p5 and r4 have next to nothing, so that :missing has something to find.
/// </summary>
public static class Cohort
{
    public static IReadOnlyList<string> Resources => [.. Organisations, .. Patients, .. CohortRecords.All, .. CohortObservations.All];

    private static readonly string[] Organisations =
    [
        """{"resourceType":"Organization","id":"o3","name":"Region Hovedstaden","active":true}""",
        """{"resourceType":"Organization","id":"o1","name":"Rigshospitalet","active":true,"partOf":{"reference":"Organization/o3"}}""",
        """{"resourceType":"Organization","id":"o2","name":"Herlev, Afdeling X","active":false}""",
        """{"resourceType":"Practitioner","id":"d1","identifier":[{"system":"urn:test:doctor","value":"100"}],"name":[{"family":"Jensen","given":["Karen"]}]}""",
        """{"resourceType":"Practitioner","id":"d2","identifier":[{"system":"urn:test:doctor","value":"200"}],"name":[{"family":"Larsen","given":["Bo"]}]}""",
        """{"resourceType":"Location","id":"l1","name":"Nephrology ward","status":"active","position":{"longitude":12.5683,"latitude":55.6761}}""",
        """{"resourceType":"Location","id":"l2","name":"Outpatients","status":"active","position":{"longitude":10.21,"latitude":56.15}}""",
        """{"resourceType":"Medication","id":"med1","code":{"coding":[{"system":"http://www.whocc.no/atc","code":"L04AD02","display":"tacrolimus"}]}}""",
        """
        {"resourceType":"CodeSystem","id":"cs1","url":"http://example.org/cs","status":"active","content":"complete","hierarchyMeaning":"is-a","caseSensitive":true,
         "concept":[{"code":"renal","concept":[{"code":"ckd","concept":[{"code":"ckd5"}]},{"code":"aki"}]},{"code":"cardiac"}]}
        """,
        """{"resourceType":"ValueSet","id":"vs1","url":"http://example.org/fhir/ValueSet/a","status":"active","name":"A"}""",
        """{"resourceType":"ValueSet","id":"vs2","url":"http://example.org/fhir/ValueSet/a/b","status":"active","name":"B"}""",
        """{"resourceType":"ValueSet","id":"vs3","url":"urn:oid:1.2.3","status":"draft","name":"C"}""",
        """
        {"resourceType":"ValueSet","id":"vs4","url":"http://example.org/fhir/ValueSet/kidney-tests","status":"active","name":"D",
         "compose":{"include":[{"system":"http://loinc.org","concept":[{"code":"14682-9"},{"code":"72493-0"}]}]}}
        """,
        """{"resourceType":"CodeSystem","id":"cs2","url":"http://example.org/cs-parts","status":"active","content":"complete","hierarchyMeaning":"part-of","concept":[{"code":"car","concept":[{"code":"wheel"}]}]}""",
        ValueSet("vs5", "renal", """{"system":"http://example.org/cs","filter":[{"property":"concept","op":"is-a","value":"renal"}]}"""),
        ValueSet("vs6", "renal-no-aki", """{"valueSet":["http://example.org/fhir/ValueSet/renal"]}""", """{"system":"http://example.org/cs","concept":[{"code":"aki"}]}"""),
        ValueSet("vs7", "all-of-cs", """{"system":"http://example.org/cs"}"""),
        ValueSet("vs8", "filtered", """{"system":"http://example.org/cs","filter":[{"property":"display","op":"regex","value":"k.*"}]}"""),
        ValueSet("vs9", "all-of-loinc", """{"system":"http://loinc.org"}"""),
    ];

    private static string ValueSet(string id, string name, string include, string? exclude = null) => $$$"""
        {"resourceType":"ValueSet","id":"{{{id}}}","url":"http://example.org/fhir/ValueSet/{{{name}}}","version":"2.0","status":"active",
         "compose":{"include":[{{{include}}}]{{{(exclude is null ? "" : $",\"exclude\":[{exclude}]")}}} } }
        """;

    private static readonly string[] Patients =
    [
        """
        {"resourceType":"Patient","id":"p1",
         "meta":{"source":"http://example.org/lab","profile":["http://example.org/StructureDefinition/kidney"],
           "security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}],"tag":[{"system":"urn:tags","code":"blue","display":"Blue tag"}]},
         "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Anna was given a new kidney</div>"},
         "identifier":[
           {"use":"official","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"NI"}],"text":"Civil number"},"system":"urn:oid:1.2.208.176.1.2","value":"1404680001"},
           {"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]},"system":"urn:test:mrn","value":"A1"}],
         "active":true,
         "name":[{"use":"official","family":"Petersen","given":["Anna","Maria"],"prefix":["Dr."]},{"use":"maiden","family":"Ørsted"}],
         "telecom":[{"system":"phone","value":"+4512345678","use":"home"},{"system":"email","value":"anna@example.org"}],
         "gender":"female","birthDate":"1968-04-14",
         "address":[{"use":"home","line":["Nørregade 1"],"city":"København","state":"Hovedstaden","postalCode":"1165","country":"DK"}],
         "communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":"da"}]}}],
         "generalPractitioner":[{"reference":"Practitioner/d1"}],"managingOrganization":{"reference":"Organization/o1"}}
        """,
        """
        {"resourceType":"Patient","id":"p2",
         "identifier":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]},"system":"urn:test:mrn","value":"B2"},{"value":"loose"}],
         "active":false,"name":[{"family":"Müller","given":["Jürgen"]}],"gender":"male","birthDate":"1970-01","deceasedDateTime":"2025-12-24T10:00:00+01:00",
         "address":[{"city":"Kobe","country":"JP"}],
         "generalPractitioner":[{"reference":"Practitioner/d2"}],"managingOrganization":{"reference":"Organization/o2"}}
        """,
        """
        {"resourceType":"Patient","id":"p3","meta":{"tag":[{"system":"urn:tags","code":"red"}]},
         "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Ivan was given a liver</div>"},
         "identifier":[{"system":"urn:test:other","value":"A1"}],"name":[{"family":"Petrov","given":["Ivan"]}],
         "gender":"male","birthDate":"1980-06-15","deceasedBoolean":true,
         "managingOrganization":{"reference":"Organization/o1"},"link":[{"other":{"reference":"Patient/p1"},"type":"seealso"}]}
        """,
        """
        {"resourceType":"Patient","id":"p4",
         "identifier":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"PPN"}]},"system":"urn:test:passport","value":"1404680001"}],
         "active":true,"name":[{"family":"Smith-Petersen","given":["Liam"]}],"gender":"other","birthDate":"1968-04-15","deceasedBoolean":false,
         "generalPractitioner":[{"reference":"Practitioner/d1"}]}
        """,
        """{"resourceType":"Patient","id":"p5","active":true}""",
    ];
}
