using System.Collections.Frozen;
using System.Text;
using System.Xml;

namespace DatacenterOst.Fhir;

/// <summary>The XHTML that a narrative may contain (FHIR R4, 2.4.0.1; invariants txt-1 and txt-2).</summary>
internal static class NarrativeText
{
    // Deeper than any page that people wrote; a stack of calls is not used, but a reader's memory is.
    private const int MaxDepth = 200;
    private const string Xhtml = "http://www.w3.org/1999/xhtml";
    public const string NoText = "The narrative has no text; write some or leave it out";
    private static readonly FrozenSet<string> Elements = ("a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img li ol p pre q samp "
        + "small span strong sub sup table tbody td tfoot th thead tr tt ul var").Split(' ').ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> Attributes = ("title style class id lang xml:lang dir accesskey tabindex span width align valign char charoff abbr axis headers scope rowspan colspan href name "
        + "hreflang type charset rel rev alt src height longdesc summary cellpadding cellspacing border frame rules cite start value compact nowrap shape coords").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    public static XmlReaderSettings Settings() => new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersFromEntities = 1024,
        IgnoreComments = false,
        CloseInput = false,
    };

    /// <summary>What is not allowed, in plain words; null where all is.</summary>
    public static string? Problem(string xhtml)
    {
        try
        {
            using var text = new StringReader(xhtml);
            using var reader = XmlReader.Create(text, Settings());
            return Problem(reader);
        }
        catch (XmlException e)
        {
            return "The narrative is not well-formed XHTML: " + e.Message;
        }
    }

    /// <summary>The text without its marks; empty where it is not well-formed.</summary>
    public static string Plain(string xhtml)
    {
        var plain = new StringBuilder(xhtml.Length);
        try
        {
            using var text = new StringReader(xhtml);
            using var reader = XmlReader.Create(text, Settings());
            while (reader.Read())
            {
                if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace) plain.Append(reader.Value);
                else plain.Append(' ');
            }
            return plain.ToString();
        }
        catch (XmlException)
        {
            return "";
        }
    }

    private static string? Problem(XmlReader reader)
    {
        var hasContent = false;
        var isFirst = true;
        while (reader.Read())
        {
            if (reader.Depth > MaxDepth) return $"The narrative is nested deeper than {MaxDepth} levels";
            hasContent |= reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA && !string.IsNullOrWhiteSpace(reader.Value);
            if (reader.NodeType != XmlNodeType.Element) continue;
            if (isFirst && (reader.LocalName != "div" || reader.NamespaceURI != Xhtml)) return $"The narrative must be one <div xmlns=\"{Xhtml}\">";
            isFirst = false;
            if (!Elements.Contains(reader.LocalName)) return $"<{reader.LocalName}> is not allowed in a narrative; remove it";
            hasContent |= reader.LocalName == "img";
            if (Attribute(reader) is { } problem) return problem;
        }
        return hasContent ? null : NoText;
    }

    // Browsers pass over blanks and control characters in an address.
    private static bool IsScript(string address)
    {
        var plain = string.Concat(address.Where(c => c > ' ' && !char.IsControl(c)));
        return plain.StartsWith("javascript:", StringComparison.OrdinalIgnoreCase) || plain.StartsWith("vbscript:", StringComparison.OrdinalIgnoreCase);
    }

    private static string? Attribute(XmlReader reader)
    {
        while (reader.MoveToNextAttribute())
        {
            if (reader.Prefix == "xmlns" || reader.Name == "xmlns") continue;
            if (!Attributes.Contains(reader.Name)) return $"The attribute '{reader.Name}' is not allowed in a narrative; remove it";
            if (reader.Name is "href" or "src" or "cite" or "longdesc" && IsScript(reader.Value)) return "A script is not allowed in a narrative; remove it";
        }
        reader.MoveToElement();
        return null;
    }
}
