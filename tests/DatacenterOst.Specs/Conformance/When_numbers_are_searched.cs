namespace DatacenterOst.Specs.Conformance;

/// <summary>Number, quantity and composite parameters (FHIR R4, 3.1.1.4.6, 3.1.1.4.11 and 3.1.1.4.13).</summary>
[Collection(OverTheCohort.Name)]
public sealed class When_numbers_are_searched(CohortServers servers)
{
    public static TheoryData<string, string, string> Numbers => Stores.Table("""
        RiskAssessment?probability=0.8 | r1
        RiskAssessment?probability=eq0.8 | r1
        RiskAssessment?probability=8e-1 | r1
        RiskAssessment?probability=0.9 | none
        RiskAssessment?probability=ne0.5 | r1 r2
        RiskAssessment?probability=gt0.5 | r1
        RiskAssessment?probability=ge0.5 | r1 r3
        RiskAssessment?probability=lt0.5 | r2
        RiskAssessment?probability=le0.5 | r2 r3
        RiskAssessment?probability=sa0.5 | r1
        RiskAssessment?probability=eb0.5 | r2
        RiskAssessment?probability=sa0.8 | none
        RiskAssessment?probability=eb0.25 | none
        RiskAssessment?probability=ap0.79 | r1
        RiskAssessment?probability=ap0.1 | none
        RiskAssessment?probability=0.8,0.25 | r1 r2
        RiskAssessment?probability=gt0.3&probability=lt0.7 | r3
        RiskAssessment?probability=gt-1 | r1 r2 r3
        RiskAssessment?probability=lt-1 | none
        RiskAssessment?probability:missing=true | r4
        RiskAssessment?probability:missing=false | r1 r2 r3
        RiskAssessment?probability=abc | 400 probability
        RiskAssessment?probability=gt | 400 probability
        RiskAssessment?probability=0.8.1 | 400 probability
        RiskAssessment?probability=0,8x | 400 probability
        RiskAssessment?probability:exact=0.8 | 400 probability
        RiskAssessment?probability=1e9999999 | 4xx probability
        """);

    [Theory, MemberData(nameof(Numbers))]
    public Task numbers_are_compared_by_every_prefix(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> Quantities => Stores.Table("""
        Observation?value-quantity=96 | ob1
        Observation?value-quantity=96|http://unitsofmeasure.org|umol/L | ob1
        Observation?value-quantity=96||umol/L | ob1
        Observation?value-quantity=96||µmol/L | ob1
        Observation?value-quantity=96|http://unitsofmeasure.org|mmol/L | none
        Observation?value-quantity=96||mmol/L | none
        Observation?value-quantity=96|urn:other|umol/L | none
        Observation?value-quantity=5.4|http://unitsofmeasure.org|mmol/L | ob4
        Observation?value-quantity=eq196||umol/L | ob2
        Observation?value-quantity=ne96&code=14682-9 | ob2 ob3
        Observation?value-quantity=gt100||umol/L | ob2
        Observation?value-quantity=ge196||umol/L | ob2
        Observation?value-quantity=gt196||umol/L | none
        Observation?value-quantity=lt100||umol/L | ob1
        Observation?value-quantity=le96||umol/L | ob1
        Observation?value-quantity=ge196 | ob2 ob9
        Observation?value-quantity=lt5 | ob3
        Observation?value-quantity=le5.4 | ob3 ob4
        Observation?value-quantity=sa100||umol/L | ob2
        Observation?value-quantity=eb100||umol/L | ob1
        Observation?value-quantity=ap100||umol/L | ob1
        Observation?value-quantity=ap50||umol/L | none
        Observation?value-quantity=sa196||umol/L | none
        Observation?value-quantity=eb96||umol/L | none
        Observation?code-value-quantity=14682-9$sa100 | ob2
        Observation?code-value-quantity=14682-9$eb100||umol/L | ob1
        Observation?code-value-quantity=14682-9$ap100||umol/L | ob1
        Observation?code-value-date=14682-9$ge2026 | none
        Observation?code-value-quantity=14682-9$zz1 | 400 code-value-quantity
        Observation?value-quantity=80|http://unitsofmeasure.org|kg | ob8 ob9
        Observation?value-quantity=gt79|http://unitsofmeasure.org|kg | ob8 ob9
        Observation?value-quantity=lt81000|http://unitsofmeasure.org|g | ob8 ob9
        Observation?value-quantity=gt100|http://unitsofmeasure.org|umol/L | ob2 ob4
        Observation?value-quantity=96||umol/L,196||umol/L | ob1 ob2
        Observation?value-quantity=gt90||umol/L&value-quantity=lt100||umol/L | ob1
        Observation?value-quantity:missing=true&patient=p1,p3 | ob5 ob6 ob7
        Observation?component-value-quantity=120 | ob5
        Observation?component-value-quantity=gt100||mm[Hg] | ob5
        Observation?combo-value-quantity=80||mm[Hg] | ob5
        Encounter?length=5|http://unitsofmeasure.org|d | e1
        Encounter?length=gt100|http://unitsofmeasure.org|h | e1
        Encounter?length=gt200|http://unitsofmeasure.org|h | none
        Condition?onset-age=40|http://unitsofmeasure.org|a | c1
        Condition?onset-age=gt40|http://unitsofmeasure.org|a | none
        Observation?value-quantity=abc | 400 value-quantity
        Observation?value-quantity=gt||mg | 400 value-quantity
        Observation?value-quantity=96|a|b|c | 400 value-quantity
        Observation?value-quantity=96||umol/L,x | 400 value-quantity
        Observation?value-quantity:exact=96 | 400 value-quantity
        Observation?value-quantity:missing=96 | 400 value-quantity
        """);

    [Theory, MemberData(nameof(Quantities))]
    public Task quantities_are_compared_by_every_prefix_and_with_their_unit(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    public static TheoryData<string, string, string> Composites => Stores.Table("""
        Observation?code-value-quantity=http://loinc.org|14682-9$gt100||umol/L | ob2
        Observation?code-value-quantity=14682-9$96 | ob1
        Observation?code-value-quantity=14682-9$5.4 | none
        Observation?code-value-quantity=14682-9$96,14682-9$196 | ob1 ob2
        Observation?code-value-quantity=14749-6$lt6|http://unitsofmeasure.org|mmol/L | ob4
        Observation?code-value-concept=72493-0$260373001 | ob7
        Observation?code-value-concept=72493-0$http://snomed.info/sct|260373001 | ob7
        Observation?code-value-concept=630-4$260373001 | none
        Observation?code-value-string=630-4$positive | ob6
        Observation?code-value-string=630-4$negative | none
        Observation?component-code-value-quantity=8480-6$gt100 | ob5
        Observation?component-code-value-quantity=8462-4$gt100 | none
        Observation?component-code-value-quantity=8462-4$lt100||mm[Hg] | ob5
        Observation?combo-code-value-quantity=8462-4$80 | ob5
        Observation?combo-code-value-quantity=14682-9$196 | ob2
        Observation?combo-code-value-quantity=8480-6$80 | none
        Observation?component-code-value-quantity:missing=false | 400 component-code-value-quantity
        Observation?code-value-quantity=14682-9 | 400 code-value-quantity
        Observation?code-value-quantity=14682-9$abc | 400 code-value-quantity
        Observation?code-value-quantity=14682-9$96$7 | 400 code-value-quantity
        Observation?code-value-quantity:exact=14682-9$96 | 400 code-value-quantity
        """);

    [Theory, MemberData(nameof(Composites))]
    public Task the_parts_of_a_composite_belong_together(string store, string ask, string expected) => servers.Expect(store, ask, expected);
}
