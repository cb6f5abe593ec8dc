using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Sources.Fhir;

/// <summary>dateTime, instant, date and Period as written.</summary>
internal sealed class FhirTimes(string zone)
{
    /// <summary>The time, or the start of a period; null for ages, ranges and words.</summary>
    public RawTime? Of(Element element) => element.TypeName switch
    {
        "dateTime" or "instant" or "date" => Text(element),
        "Period" => Text(element["start"]) ?? Text(element["end"]),
        "Timing" => Text(element["event"]),
        _ => null,
    };

    public RawTime? End(Element element) => element.TypeName == "Period" ? Text(element["end"]) : null;

    /// <summary>The first of the elements that is there, else when the sender last changed the resource: by then it was known.</summary>
    public RawTime? Known(Element root, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Of(root[name]) is { } time)
                return time;
        }
        return Text(root["meta"]["lastUpdated"]);
    }

    private RawTime? Text(Element primitive) => primitive.AsString() is { } text ? new RawTime(text, TimeFormat.Iso, zone) : null;
}
