using System.Text;
using DatacenterOst.Fhir;

namespace DatacenterOst.UnitTests.Fhir;

/// <summary>Places are those of the XML, in a bundle's entry taken out of it as well.</summary>
public sealed class When_XML_is_validated
{
    private const string Xml = """
        <Bundle xmlns="http://hl7.org/fhir"><type value="collection"/>
          <entry><resource><Patient>
            <birthDate value="2026-01-01"><extension url="http://example.org/x"><valueInteger value="1"/></extension></birthDate>
            <name><use value="nosuch"/></name>   <name><given value="Åse"/><period><start value="2026"/><end value="2025"/></period></name>
          </Patient></resource></entry>
        </Bundle>
        """;

    private static readonly Resource Bundle = Resource.ParseXml(Encoding.UTF8.GetBytes(Xml));

    [Fact]
    public void an_issue_says_line_and_column()
    {
        var issues = Validator.Default.Validate(Bundle);
        var use = Assert.Single(issues, i => i.Path == "Bundle.entry[0].resource.name[0].use");
        Assert.Equal((4, 11), (use.Line, use.Column));
        var period = Assert.Single(issues, i => i.Path == "Bundle.entry[0].resource.name[1].period");
        Assert.Equal((4, 68), (period.Line, period.Column));
    }

    [Fact]
    public void an_entry_taken_out_keeps_its_places()
    {
        var patient = Bundle.Root["entry"]["resource"].AsResource()!;
        var extension = patient.Root["birthDate"]["extension"]["value"];
        Assert.Equal((3, 73), (extension.Line, extension.Column));
        Assert.Equal((2, 20), (patient.Root.Line, patient.Root.Column));
        var use = Assert.Single(Validator.Default.Validate(patient), i => i.Path == "Patient.name[0].use");
        Assert.Equal((4, 11), (use.Line, use.Column));
    }
}
