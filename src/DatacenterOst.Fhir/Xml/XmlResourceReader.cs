using System.Text;
using System.Xml;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Xml;

/// <summary>
/// Reads the XML representation (FHIR R4, 2.6.1). The document becomes the JSON of the same resource, which is then parsed, so
/// that there is one table and one set of rules; lines and columns are those of the XML.
/// </summary>
internal sealed class XmlResourceReader
{
    private const string Fhir = "http://hl7.org/fhir";
    private readonly Structures structures = Structures.Current;
    private readonly string text;
    private readonly XmlReader reader;
    private readonly List<string> path = [];

    private XmlResourceReader(string text, XmlReader reader) => (this.text, this.reader) = (text, reader);

    private IXmlLineInfo Info => (IXmlLineInfo)reader;

    // The reader counts from behind the "<" of a start tag; people look for the "<". An attribute begins where the reader says.
    private (int Line, int Column) Place => (Info.LineNumber, Info.LinePosition - (reader.NodeType == XmlNodeType.Element ? 1 : 0));

    public static Resource Parse(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > Resource.MaxBytes) throw new FhirFormatException($"The resource has {utf8.Length} bytes; the limit is {Resource.MaxBytes}");
        if (!System.Text.Unicode.Utf8.IsValid(utf8.Span)) throw new FhirFormatException("The text is not valid UTF-8; save it as UTF-8 again");
        var text = Encoding.UTF8.GetString(utf8.Span.StartsWith("\uFEFF"u8) ? utf8.Span[3..] : utf8.Span);
        using var source = new StringReader(text);
        using var reader = XmlReader.Create(source, NarrativeText.Settings());
        var parsing = new XmlResourceReader(text, reader);
        try
        {
            reader.MoveToContent();
            var root = parsing.ReadResource(null);
            while (reader.Read()) { }
            var (json, places) = XmlItemWriter.Write(root);
            return JsonParser.Parse(json).WithPlaces(places);
        }
        catch (XmlException e)
        {
            var problem = e.Message.Contains("DTD", StringComparison.Ordinal) ? "A document type (DTD) is not allowed; remove the <!DOCTYPE …> and its entities" : "The XML is broken: " + e.Message.Split(" Line ")[0];
            throw new FhirFormatException(problem, e.LineNumber, e.LinePosition, parsing.Path());
        }
    }

    /// <summary>Reads the resource whose start tag the reader stands on.</summary>
    private XmlItem ReadResource(Slot? slot)
    {
        var type = reader.NamespaceURI == Fhir ? structures.ResourceType(Encoding.UTF8.GetBytes(reader.LocalName)) : null;
        if (type is null) throw Error($"<{reader.Name}> is not a resource of FHIR R4; check the name and the namespace {Fhir}");
        if (path.Count == 0) path.Add(type.Name);
        var item = new XmlItem(slot, type, Place);
        if (reader.HasAttributes) CheckNoAttributes();
        ReadChildren(item);
        return item;
    }

    private void ReadChildren(XmlItem item)
    {
        if (path.Count > Resource.MaxDepth / 2) throw Error($"The XML is nested deeper than {Resource.MaxDepth / 2} levels");
        if (reader.IsEmptyElement)
        {
            reader.Read();
            CheckNotEmpty(item);
            return;
        }
        reader.Read();
        while (reader.NodeType != XmlNodeType.EndElement)
        {
            if (reader.NodeType == XmlNodeType.Element) ReadChild(item);
            else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA) throw Error("Text is not expected here; FHIR keeps values in the attribute 'value'");
            else reader.Read();
        }
        CheckNotEmpty(item);
        reader.Read();
    }

    private void CheckNotEmpty(XmlItem item)
    {
        if (item.Value is null && item.Children.Count == 0 && !item.Type.IsResource) throw Error("An element must have a value or children; leave it out instead");
    }

    private void ReadChild(XmlItem parent)
    {
        var slot = parent.Type.Properties(structures).Find(Encoding.UTF8.GetBytes(reader.LocalName));
        var isNarrative = slot?.Type.Primitive == Primitive.Xhtml;
        if (slot is null || slot.Element.IsXmlAttribute || (reader.NamespaceURI != Fhir && !isNarrative)) throw Error($"{parent.Type.Name} has no element <{reader.Name}> in this namespace; check the spelling");
        path.Add(slot.Element.Name);
        CheckRepeats(parent, slot);
        if (isNarrative) parent.Children.Add(ReadNarrative(slot));
        else if (slot.Type.IsResource) parent.Children.Add(ReadInner(slot));
        else parent.Children.Add(ReadElement(slot));
        path.RemoveAt(path.Count - 1);
    }

    private void CheckRepeats(XmlItem parent, Slot slot)
    {
        for (var i = parent.Children.Count - 1; i >= 0; i--)
        {
            if (parent.Children[i].Slot!.Element != slot.Element) continue;
            if (!slot.Element.IsArray) throw Error($"'{slot.Element.Name}' may stand once; remove one");
            if (i != parent.Children.Count - 1) throw Error($"The <{reader.LocalName}> elements must follow one another");
            return;
        }
    }

    private XmlItem ReadElement(Slot slot)
    {
        var item = new XmlItem(slot, slot.Type, Place);
        while (reader.MoveToNextAttribute())
        {
            if (reader.NamespaceURI is "http://www.w3.org/2000/xmlns/" or "http://www.w3.org/2001/XMLSchema-instance") continue;
            if (reader.Name == "value" && slot.Type.IsPrimitive) item.Value = Checked(slot, reader.Value);
            else if (slot.Type.Properties(structures).Find(Encoding.UTF8.GetBytes(reader.Name)) is { Element.IsXmlAttribute: true } attribute)
                item.Children.Add(new XmlItem(attribute, attribute.Type, Place) { Value = Checked(attribute, reader.Value) });
            else throw Error($"The attribute '{reader.Name}' is not expected on <{slot.Element.Name}>");
        }
        reader.MoveToElement();
        ReadChildren(item);
        return item;
    }

    private string Checked(Slot slot, string value) =>
        PrimitiveFormat.Problem(slot.Type.Primitive, Encoding.UTF8.GetBytes(value)) is { } problem ? throw Error($"'{slot.Element.Name}' {problem}: '{(value.Length > 60 ? value[..60] : value)}'") : value;

    private XmlItem ReadInner(Slot slot)
    {
        CheckNoAttributes();
        if (reader.IsEmptyElement) throw Error("A resource is expected inside");
        do reader.Read();
        while (reader.NodeType is XmlNodeType.Whitespace or XmlNodeType.Comment or XmlNodeType.SignificantWhitespace);
        if (reader.NodeType != XmlNodeType.Element) throw Error("A resource is expected inside");
        var item = ReadResource(slot);
        while (reader.NodeType != XmlNodeType.EndElement)
        {
            if (reader.NodeType is XmlNodeType.Element or XmlNodeType.Text) throw Error("One resource is expected inside");
            reader.Read();
        }
        reader.Read();
        return item;
    }

    private void CheckNoAttributes()
    {
        while (reader.MoveToNextAttribute())
            if (reader.NamespaceURI is not ("http://www.w3.org/2000/xmlns/" or "http://www.w3.org/2001/XMLSchema-instance")) throw Error($"The attribute '{reader.Name}' is not expected on a resource");
        reader.MoveToElement();
    }

    /// <summary>Takes the narrative as it is written, from its first to its last character, so that it comes back the same.</summary>
    private XmlItem ReadNarrative(Slot slot)
    {
        if (reader.NamespaceURI != "http://www.w3.org/1999/xhtml") throw Error("The narrative must be <div xmlns=\"http://www.w3.org/1999/xhtml\">");
        var item = new XmlItem(slot, slot.Type, Place);
        var start = Offset(-1);
        var isPlain = reader.Prefix.Length == 0 && reader.GetAttribute("xmlns") is not null;
        if (!isPlain || reader.IsEmptyElement)
        {
            item.Value = reader.ReadOuterXml();
            return item;
        }
        var depth = reader.Depth;
        while (reader.Read() && !(reader.NodeType == XmlNodeType.EndElement && reader.Depth == depth))
            if (reader.Depth > depth + 200) throw Error("The narrative is nested deeper than 200 levels");
        var end = text.IndexOf('>', Offset(0)) + 1;
        item.Value = text[start..end];
        reader.Read();
        return item;
    }

    /// <summary>The reader's place in the text; it stands after the "&lt;" of a start tag and after "&lt;/" of an end tag.</summary>
    private int Offset(int shift)
    {
        var place = (IXmlLineInfo)reader;
        var at = 0;
        for (var line = 1; line < place.LineNumber; line++)
        {
            var end = text.AsSpan(at).IndexOfAny('\n', '\r');
            at += end + (text[at + end] == '\r' && at + end + 1 < text.Length && text[at + end + 1] == '\n' ? 2 : 1);
        }
        return at + place.LinePosition - 1 + shift;
    }

    private string Path() => string.Join('.', path);

    private FhirFormatException Error(string problem) => new(problem, Place.Line, Place.Column, Path());
}
