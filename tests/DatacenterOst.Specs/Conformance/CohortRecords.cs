namespace DatacenterOst.Specs.Conformance;

/// <summary>Of the cohort: stays, diagnoses, medicines, risks and lists.</summary>
internal static class CohortRecords
{
    public static readonly string[] All =
    [
        """
        {"resourceType":"Encounter","id":"e1","status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"},
         "subject":{"reference":"Patient/p1"},"participant":[{"individual":{"reference":"Practitioner/d1"}}],
         "period":{"start":"2026-03-01","end":"2026-03-05"},"length":{"value":5,"unit":"days","system":"http://unitsofmeasure.org","code":"d"},
         "location":[{"location":{"reference":"Location/l1"}}]}
        """,
        """
        {"resourceType":"Encounter","id":"e2","status":"in-progress","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},
         "subject":{"reference":"Patient/p2"},"participant":[{"individual":{"reference":"Practitioner/d2"}}],"period":{"start":"2026-03-10"},
         "location":[{"location":{"reference":"Location/l2"}}]}
        """,
        """
        {"resourceType":"Encounter","id":"e3","status":"planned","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"},
         "subject":{"reference":"Patient/p1"},"partOf":{"reference":"Encounter/e1"}}
        """,
        """
        {"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"},
         "code":{"coding":[{"system":"http://example.org/cs","code":"ckd"}],"text":"Chronic kidney disease"},
         "onsetAge":{"value":40,"unit":"years","system":"http://unitsofmeasure.org","code":"a"}}
        """,
        """
        {"resourceType":"Condition","id":"c2","subject":{"reference":"Patient/p2"},"code":{"coding":[{"system":"http://example.org/cs","code":"cardiac"}],"text":"Heart failure"}}
        """,
        """
        {"resourceType":"Condition","id":"c3","subject":{"reference":"http://other.example.org/fhir/Patient/x9"},"code":{"coding":[{"system":"http://example.org/cs","code":"ckd5"}]}}
        """,
        """
        {"resourceType":"Condition","id":"c4","subject":{"identifier":{"system":"urn:oid:1.2.208.176.1.2","value":"1404680001"}},"code":{"coding":[{"system":"http://example.org/cs","code":"aki"}]}}
        """,
        """
        {"resourceType":"MedicationRequest","id":"m1","status":"active","intent":"order","medicationReference":{"reference":"Medication/med1"},
         "subject":{"reference":"Patient/p1"},"requester":{"reference":"Practitioner/d1"},"authoredOn":"2026-03-01"}
        """,
        """
        {"resourceType":"MedicationRequest","id":"m2","status":"stopped","intent":"order","medicationCodeableConcept":{"coding":[{"system":"http://www.whocc.no/atc","code":"L04AD02"}]},
         "subject":{"reference":"Patient/p2"},"authoredOn":"2026-03-02"}
        """,
        """
        {"resourceType":"RiskAssessment","id":"r1","status":"final","subject":{"reference":"Patient/p1"},"prediction":[{"probabilityDecimal":0.8}]}
        """,
        """
        {"resourceType":"RiskAssessment","id":"r2","status":"final","subject":{"reference":"Patient/p2"},"prediction":[{"probabilityDecimal":0.25}]}
        """,
        """
        {"resourceType":"RiskAssessment","id":"r3","status":"preliminary","subject":{"reference":"Patient/p3"},"prediction":[{"probabilityDecimal":0.5}]}
        """,
        """{"resourceType":"RiskAssessment","id":"r4","status":"final","subject":{"reference":"Patient/p4"}}""",
        """
        {"resourceType":"List","id":"li1","status":"current","mode":"working","entry":[{"item":{"reference":"Patient/p1"}},{"item":{"reference":"Patient/p3"}}]}
        """,
        """
        {"resourceType":"QuestionnaireResponse","id":"qr1","status":"completed","questionnaire":"http://example.org/q|1.0"}
        """,
        """
        {"resourceType":"DiagnosticReport","id":"dr1","status":"final","code":{"text":"Kidney"},"subject":{"reference":"Patient/p1"},
         "result":[{"reference":"Observation/ob1"},{"reference":"Observation/ob2"}]}
        """,
        """
        {"resourceType":"Provenance","id":"pv1","target":[{"reference":"Observation/ob1"}],"recorded":"2026-03-01T10:00:00Z","agent":[{"who":{"reference":"Practitioner/d1"}}]}
        """,
    ];
}

/// <summary>Of the cohort: measurements.</summary>
internal static class CohortObservations
{
    public static readonly string[] All =
    [
        """
        {"resourceType":"Observation","id":"ob1","status":"final",
         "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],
         "code":{"coding":[{"system":"http://loinc.org","code":"14682-9"},{"system":"urn:oid:1.2.208.176.2.1","code":"NPU18016"}],"text":"Creatinine in plasma"},
         "subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"},"performer":[{"reference":"Practitioner/d1"}],
         "effectiveDateTime":"2026-03-01T08:00:00+01:00","valueQuantity":{"value":96,"unit":"µmol/L","system":"http://unitsofmeasure.org","code":"umol/L"}}
        """,
        """
        {"resourceType":"Observation","id":"ob2","status":"amended","code":{"coding":[{"system":"http://loinc.org","code":"14682-9"}]},
         "subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"},"effectiveDateTime":"2026-03-02T08:00:00Z",
         "valueQuantity":{"value":196,"unit":"umol/L","system":"http://unitsofmeasure.org","code":"umol/L"}}
        """,
        """
        {"resourceType":"Observation","id":"ob3","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"14682-9"}]},
         "subject":{"reference":"Patient/p2"},"effectiveDateTime":"2026-03-10","valueQuantity":{"value":1.10,"unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"}}
        """,
        """
        {"resourceType":"Observation","id":"ob4","status":"preliminary","code":{"coding":[{"system":"http://loinc.org","code":"14749-6"}],"text":"Glucose"},
         "subject":{"reference":"Patient/p2"},"effectivePeriod":{"start":"2026-03-10T00:00:00Z","end":"2026-03-12T12:00:00Z"},
         "valueQuantity":{"value":5.4,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}}
        """,
        """
        {"resourceType":"Observation","id":"ob5","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}],"text":"Blood pressure"},
         "subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-03-01T09:00:00Z",
         "component":[
           {"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":120,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}},
           {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":80,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]}
        """,
        """
        {"resourceType":"Observation","id":"ob6","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"630-4"}]},
         "subject":{"reference":"Patient/p3"},"valueString":"Positive for bacteria"}
        """,
        """
        {"resourceType":"Observation","id":"ob7","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"72493-0"}]},
         "subject":{"reference":"Patient/p3"},"effectiveDateTime":"2026",
         "valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"260373001","display":"Detected"}]},"derivedFrom":[{"reference":"Observation/ob6"}]}
        """,
        """
        {"resourceType":"Observation","id":"ob8","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},
         "subject":{"reference":"Patient/p4"},"effectiveDateTime":"2026-03-20T10:00:00Z","valueQuantity":{"value":80,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}
        """,
        """
        {"resourceType":"Observation","id":"ob9","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},
         "subject":{"reference":"Patient/p5"},"effectiveDateTime":"2026-03-21T10:00:00.500Z","valueQuantity":{"value":80000,"unit":"g","system":"http://unitsofmeasure.org","code":"g"}}
        """,
        """
        {"resourceType":"Observation","id":"ob10","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"14682-9"}]},
         "subject":{"reference":"Patient/p5"},"effectiveDateTime":"2026-03-15T12:00:00Z",
         "dataAbsentReason":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/data-absent-reason","code":"unknown"}]}}
        """,
    ];
}
