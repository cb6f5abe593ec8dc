using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Xml;

/// <summary>Writes the XML representation (FHIR R4, 2.6.1): elements in the order of the specification, values in attributes.</summary>
internal sealed partial class XmlResourceWriter
{
    private const string Fhir = "http://hl7.org/fhir";
    private readonly XmlWriter writer;

    private XmlResourceWriter(XmlWriter writer) => this.writer = writer;

    public static byte[] Write(Resource resource, bool indented)
    {
        using var stream = new MemoryStream();
        var settings = new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = indented, NewLineHandling = NewLineHandling.Entitize, NewLineChars = "\n" };
        try
        {
            using (var writer = XmlWriter.Create(stream, settings)) new XmlResourceWriter(writer).Content(resource.Root, resource.TypeName);
        }
        catch (ArgumentException e)
        {
            throw new FhirFormatException("The resource has a character that XML cannot carry: " + e.Message, e);
        }
        return stream.ToArray();
    }

    private void Content(Element element, string name)
    {
        writer.WriteStartElement(name, Fhir);
        var children = element.Children().ToList();
        foreach (var child in children)
            if (child.Slot.Element.IsXmlAttribute) writer.WriteAttributeString(child.Slot.Element.Name, child.AsString());
        if (element.HasValue) writer.WriteAttributeString("value", element.AsString());
        foreach (var child in children.OrderBy(c => c.Slot.Element.Ordinal))
            if (!child.Slot.Element.IsXmlAttribute) Child(child);
        writer.WriteEndElement();
    }

    private void Child(Element child)
    {
        var name = Encoding.UTF8.GetString(child.Slot.JsonName);
        if (child.Definition.IsResource)
        {
            writer.WriteStartElement(name, Fhir);
            Content(child, child.TypeName);
            writer.WriteEndElement();
        }
        else if (child.Definition.Primitive == Primitive.Xhtml) Narrative(child);
        else Content(child, name);
    }

    private void Narrative(Element div)
    {
        var text = Entities().Replace(div.AsString() ?? "", match => match.Value is "&lt;" or "&gt;" or "&amp;" or "&quot;" or "&apos;" ? match.Value : WebUtility.HtmlDecode(match.Value));
        try
        {
            using var source = new StringReader(text);
            using var reader = XmlReader.Create(source, NarrativeText.Settings());
            while (reader.Read()) { }
        }
        catch (XmlException e)
        {
            throw new FhirFormatException("The narrative is not well-formed XHTML: " + e.Message, div.Line, 0, div.Path);
        }
        writer.WriteRaw(text.Trim());
    }

    // JSON may carry HTML's named characters (&nbsp;), which XML without a DTD does not know.
    [GeneratedRegex("&[A-Za-z][A-Za-z0-9]*;")]
    private static partial Regex Entities();
}
