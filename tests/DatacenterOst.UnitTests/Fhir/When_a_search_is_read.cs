using System.Globalization;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;
using FsCheck;
using FsCheck.Fluent;

namespace DatacenterOst.UnitTests.Fhir;

/// <summary>Names, modifiers, chains and values of a search as they are written, right and wrong.</summary>
public sealed class When_a_search_is_read
{
    private static Operand Operand(string type, string query) => Assert.Single(Assert.IsType<ValueCriterion>(Searches.One(type, query)).AnyOf);

    [Theory]
    [InlineData("code=a", null, "a"), InlineData("code=s|a", "s", "a"), InlineData("code=|a", "", "a"), InlineData("code=s|", "s", null)]
    [InlineData(@"code=s|a\,b", "s", "a,b"), InlineData(@"code=s\|t|a\$b\\c", "s|t", @"a$b\c"), InlineData(@"code=a\b", null, @"a\b"), InlineData(@"code=a\", null, @"a\")]
    public void a_token_has_a_system_and_a_code(string query, string? system, string? code) => Assert.Equal(new TokenOperand(system, code), Operand("Observation", query));

    [Theory]
    [InlineData("subject=Patient/1", "Patient", "1", null), InlineData("subject=1", null, "1", null), InlineData("subject:Patient=1", "Patient", "1", null), InlineData("subject:Patient=Patient/1", "Patient", "1", null)]
    [InlineData("subject=http://a.org/fhir/Patient/1", null, null, "http://a.org/fhir/Patient/1"), InlineData("subject=urn:uuid:3f", null, null, "urn:uuid:3f")]
    [InlineData("subject=https://ost.example.org/fhir/Patient/1", "Patient", "1", null)]
    public void a_reference_is_a_type_and_id_or_an_address(string query, string? type, string? id, string? url) => Assert.Equal(new ReferenceOperand(type, id, url), Operand("Observation", query));

    [Theory]
    [InlineData("2013", "2013-01-01T00:00:00Z", "2014-01-01T00:00:00Z"), InlineData("2013-01", "2013-01-01T00:00:00Z", "2013-02-01T00:00:00Z"), InlineData("2013-01-14", "2013-01-14T00:00:00Z", "2013-01-15T00:00:00Z")]
    [InlineData("2013-01-14T10:00", "2013-01-14T10:00:00Z", "2013-01-14T10:01:00Z"), InlineData("2013-01-14T10:00Z", "2013-01-14T10:00:00Z", "2013-01-14T10:01:00Z")]
    [InlineData("2013-01-14T10:00:00+02:00", "2013-01-14T08:00:00Z", "2013-01-14T08:00:01Z"), InlineData("2013-01-14T10:00:00 02:00", "2013-01-14T08:00:00Z", "2013-01-14T08:00:01Z")]
    [InlineData("2013-01-14T10:00:00.5Z", "2013-01-14T10:00:00.5Z", "2013-01-14T10:00:00.6Z"), InlineData("2013-01-14T10:00:00-05:00", "2013-01-14T15:00:00Z", "2013-01-14T15:00:01Z")]
    public void a_date_of_any_precision_is_an_interval(string text, string low, string high)
    {
        var date = Assert.IsType<DateOperand>(Operand("Observation", "date=" + text));
        Assert.Equal((SearchPrefix.Eq, low, high), (date.Prefix, Text(date.Low), Text(date.High)));
    }

    private static string Text(DateTimeOffset time) => time.ToString(time.Millisecond == 0 ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:ss.fZ", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("eq", SearchPrefix.Eq), InlineData("ne", SearchPrefix.Ne), InlineData("gt", SearchPrefix.Gt), InlineData("lt", SearchPrefix.Lt), InlineData("ge", SearchPrefix.Ge)]
    [InlineData("le", SearchPrefix.Le), InlineData("sa", SearchPrefix.Sa), InlineData("eb", SearchPrefix.Eb), InlineData("ap", SearchPrefix.Ap)]
    public void every_ordered_value_may_have_a_prefix(string prefix, SearchPrefix expected)
    {
        Assert.Equal(expected, Assert.IsType<DateOperand>(Operand("Observation", $"date={prefix}2013")).Prefix);
        Assert.Equal(expected, Assert.IsType<NumberOperand>(Operand("RiskAssessment", $"probability={prefix}0.8")).Prefix);
        Assert.Equal(expected, Assert.IsType<QuantityOperand>(Operand("Observation", $"value-quantity={prefix}5.4||mg")).Prefix);
        Assert.Equal(expected, Assert.Single(Assert.IsType<LastUpdatedCriterion>(Searches.One("Observation", $"_lastUpdated={prefix}2013")).AnyOf).Prefix);
    }

    // R4 3.1.1.4.6 gives 100, 100.00 and 1e2 as examples, and 1.00e2 as the same as 100.
    [Theory]
    [InlineData("100", "99.5", "100.5"), InlineData("100.00", "99.995", "100.005"), InlineData("1e2", "95", "105"), InlineData("1.00e2", "99.5", "100.5"), InlineData("5.40", "5.395", "5.405")]
    [InlineData("-3", "-3.5", "-2.5"), InlineData("1e-2", "0.0095", "0.0105"), InlineData("0", "-0.5", "0.5"), InlineData("ap100", "90", "110"), InlineData("ap-0.50", "-0.55", "-0.45"), InlineData("0e99999999999", "0", "0")]
    public void a_number_implies_a_range(string text, string low, string high)
    {
        var number = Assert.IsType<NumberOperand>(Operand("RiskAssessment", "probability=" + text));
        Assert.Equal((decimal.Parse(low, CultureInfo.InvariantCulture), decimal.Parse(high, CultureInfo.InvariantCulture)), (number.Low, number.High));
    }

    [Theory]
    [InlineData("5.4|http://unitsofmeasure.org|mg", "http://unitsofmeasure.org", "mg", "g"), InlineData("5.4||mg", null, "mg", null), InlineData("5.4", null, null, null)]
    [InlineData("5.4|http://unitsofmeasure.org|nonsense", "http://unitsofmeasure.org", "nonsense", null), InlineData("7.2|http://unitsofmeasure.org|[pH]", "http://unitsofmeasure.org", "[pH]", null)]
    public void a_quantity_has_a_unit_and_where_it_is_UCUM_a_canonical_form(string text, string? system, string? code, string? canonical)
    {
        var quantity = Assert.IsType<QuantityOperand>(Operand("Observation", "value-quantity=" + text));
        Assert.Equal((system, code, canonical), (quantity.System, quantity.Code, quantity.Canonical?.Unit));
        if (canonical is not null) Assert.Equal((0.0054m, 0.00535m, 0.00545m), (quantity.Canonical!.Value!.Value, quantity.Canonical.Low!.Value, quantity.Canonical.High!.Value));
    }

    [Fact]
    public void an_approximate_date_is_widened_by_a_tenth_of_its_distance_from_now()
    {
        // The last day of February ended ten days before now.
        var date = Assert.IsType<DateOperand>(Operand("Observation", "date=ap2026-02-28"));
        Assert.Equal(("2026-02-27T00:00:00Z", "2026-03-02T00:00:00Z"), (Text(date.Low), Text(date.High)));
        var today = Assert.IsType<DateOperand>(Operand("Observation", "date=ap2026-03"));
        Assert.Equal(("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"), (Text(today.Low), Text(today.High)));
    }

    [Fact]
    public void alternatives_are_split_at_commas_and_composites_at_dollars()
    {
        var codes = Assert.IsType<ValueCriterion>(Searches.One("Observation", @"code=a,s|b\,c,,d"));
        Assert.Equal([new TokenOperand(null, "a"), new TokenOperand("s", "b,c"), new TokenOperand(null, "d")], codes.AnyOf);
        var pair = Assert.IsType<CompositeOperand>(Operand("Observation", "code-value-quantity=http://loinc.org|8480-6$gt120"));
        Assert.Equal((new TokenOperand("http://loinc.org", "8480-6"), SearchPrefix.Gt), (pair.Parts[0], Assert.IsType<QuantityOperand>(pair.Parts[1]).Prefix));
    }

    [Theory]
    [InlineData("Patient", "family:exact", "Ås", SearchModifier.Exact), InlineData("Patient", "family:contains", "Ås", SearchModifier.Contains), InlineData("Patient", "gender:not", "male", SearchModifier.Not)]
    [InlineData("Condition", "code:text", "ache", SearchModifier.Text), InlineData("Observation", "status:in", "http://hl7.org/fhir/ValueSet/observation-status", SearchModifier.In)]
    [InlineData("Observation", "status:not-in", "http://hl7.org/fhir/ValueSet/observation-status|4.0.1", SearchModifier.NotIn), InlineData("Patient", "identifier:of-type", "s|MR|12", SearchModifier.OfType)]
    [InlineData("Observation", "subject:identifier", "urn:x|1", SearchModifier.Identifier), InlineData("ValueSet", "url:below", "http://a.org/fhir", SearchModifier.Below), InlineData("ValueSet", "url:above", "http://a.org/fhir/x", SearchModifier.Above)]
    [InlineData("Observation", "category:below", "http://terminology.hl7.org/CodeSystem/v3-ActCode|_ActCoverageTypeCode", SearchModifier.Below)]
    public void a_modifier_is_part_of_the_condition(string type, string name, string value, SearchModifier modifier) => Assert.Equal(modifier, Assert.IsType<ValueCriterion>(Searches.One(type, $"{name}={value}")).Modifier);

    [Fact]
    public void conditions_of_every_resource_are_of_their_own_kind()
    {
        Assert.Equal(["a", "b"], Assert.IsType<IdCriterion>(Searches.One("Patient", "_id=a,b")).Ids);
        Assert.Equal(["7"], Assert.IsType<ListCriterion>(Searches.One("Patient", "_list=List/7")).ListIds);
        Assert.Equal(SearchModifier.Not, Assert.IsType<ValueCriterion>(Searches.One("Patient", "_id:not=a")).Modifier);
        Assert.True(Assert.IsType<MissingCriterion>(Searches.One("Patient", "birthdate:missing=true")).IsMissing);
        Assert.Equal([["acute", "pain"], ["fever"]], Assert.IsType<WordsCriterion>(Searches.One("Patient", "_text=Acute pain,FEVER")).AnyOf);
        Assert.Equal(WordsIn.Content, Assert.IsType<WordsCriterion>(Searches.One("Patient", "_content=x")).Where);
        Assert.All(["_tag=s|a", "_profile=http://p", "_security=s|a", "_source=http://x"], q => Assert.IsType<ValueCriterion>(Searches.One("Patient", q)));
    }

    [Fact]
    public void chains_lead_along_references()
    {
        var chain = Assert.IsType<ChainCriterion>(Searches.One("Observation", "subject:Patient.name:exact=Peter"));
        var link = Assert.Single(chain.Targets);
        Assert.Equal(("subject", "Patient", SearchModifier.Exact), (chain.Reference.Code, link.Type, Assert.IsType<ValueCriterion>(link.Inner).Modifier));
        var longer = Assert.IsType<ChainCriterion>(Searches.One("Observation", "patient.organization.name=A"));
        Assert.Equal("Organization", Assert.Single(Assert.IsType<ChainCriterion>(Assert.Single(longer.Targets).Inner).Targets).Type);
        Assert.Equal(["Group", "Patient", "Device", "Location"], Assert.IsType<ChainCriterion>(Searches.One("Observation", "subject.identifier=1")).Targets.Select(t => t.Type).OrderBy(t => t == "Group" ? 0 : t == "Patient" ? 1 : t == "Device" ? 2 : 3));
        Assert.IsType<IdCriterion>(Assert.Single(Assert.IsType<ChainCriterion>(Searches.One("Observation", "patient._id=1")).Targets).Inner);
        Assert.IsType<HasCriterion>(Assert.Single(Assert.IsType<ChainCriterion>(Searches.One("Observation", "patient._has:Group:member:_id=1")).Targets).Inner);
        Assert.IsType<MissingCriterion>(Assert.Single(Assert.IsType<ChainCriterion>(Searches.One("Observation", "patient.birthdate:missing=true")).Targets).Inner);
    }

    [Fact]
    public void reverse_chains_may_be_nested()
    {
        var has = Assert.IsType<HasCriterion>(Searches.One("Patient", "_has:Observation:patient:_has:AuditEvent:entity:agent=MyUserId"));
        var inner = Assert.IsType<HasCriterion>(has.Inner);
        Assert.Equal(("Observation", "patient", "AuditEvent", "entity"), (has.Type, has.Reference.Code, inner.Type, inner.Reference.Code));
        Assert.Equal(SearchModifier.Not, Assert.IsType<ValueCriterion>(Assert.IsType<HasCriterion>(Searches.One("Patient", "_has:Observation:patient:code:not=a")).Inner).Modifier);
        Assert.IsType<ChainCriterion>(Assert.IsType<HasCriterion>(Searches.One("Patient", "_has:Observation:patient:performer:Practitioner.name=a")).Inner);
    }

    [Fact]
    public void reading_never_fails_but_with_a_reason() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Parameters.ToArbitrary(), given =>
    {
        try
        {
            return Searches.Read(given.Type, $"{given.Name}={given.Value}") is not null;
        }
        catch (SearchException e)
        {
            return e.Message.Length > 0;
        }
    }));

    private static readonly string[] Pieces =
        ["", "a", "1", "-", "e", "5.40", "1e2", "|", "||", "$", ",", "\\", ":", ".", "ge", "ap", "2013", "-01-14", "T10:00", "+02:00", " ", "Patient/", "http://a.org/", "http://unitsofmeasure.org", "mg", "#", "*", "é", "\u0301", "true",
         "99999999999999999999999999999", "9999-12-31", "0001-01-01", "æ", "\uD800", "%", "'"];

    private static readonly string[] Names =
        ["code", "subject", "date", "value-quantity", "code-value-quantity", "_id", "_tag", "_text", "_content", "_list", "_sort", "_count", "_include", "_revinclude:iterate", "_elements", "_total", "_summary", "_asOf", "_type", "_has:Observation:patient:code",
         "subject:Patient.name", "patient.organization.name", "status:in", "identifier:of-type", "category:below", "subject:identifier", "_profile:below", "_lastUpdated", "_filter", "_contained", "date:missing", "probability", "url:above"];

    private static readonly Gen<(string Type, string Name, string Value)> Parameters =
        from type in Gen.Elements("Observation", "Patient", "RiskAssessment", "ValueSet", "MolecularSequence")
        from known in Gen.Elements(Names)
        from wild in ArbMap.Default.GeneratorFor<string>()
        from choice in Gen.Choose(0, 3)
        from pieces in Gen.Elements(Pieces).ArrayOf()
        from any in ArbMap.Default.GeneratorFor<string>()
        select (type, choice switch { 0 => (wild ?? "").Replace('&', '+').Replace('=', '-'), 1 => known + ":" + string.Concat(pieces.Take(1)), _ => known }, (choice == 2 ? any ?? "" : string.Concat(pieces)).Replace('&', '+'));
}
