namespace DatacenterOst.Fhir.Codes;

/// <summary>Turns ValueSet and CodeSystem resources into the rows of the terminology file.</summary>
internal static class CodeRows
{
    public static IEnumerable<string[]> Of(Resource resource)
    {
        var root = resource.Root;
        var url = root["url"].AsString()!;
        if (resource.TypeName == "CodeSystem") return root["content"].AsString() == "complete" ? System(root, url) : [];
        return Set(root, url);
    }

    private static List<string[]> System(Element root, string url)
    {
        var rows = new List<string[]> { new[] { "S", url, root["caseSensitive"].AsBoolean() == false ? "i" : "" } };
        Concepts(rows, root, 1);
        return rows;
    }

    private static void Concepts(List<string[]> rows, Element parent, int level)
    {
        foreach (var concept in parent.Children("concept"))
        {
            var parents = concept.Children("property").ToList().Where(p => p["code"].AsString() == "parent").Select(p => Escape(p["value"].AsString() ?? "")).ToList();
            string[] row = [new string(' ', level) + Escape(concept["code"].AsString() ?? ""), concept["display"].AsString() ?? ""];
            rows.Add(parents.Count == 0 ? row : [.. row, string.Join(' ', parents)]);
            Concepts(rows, concept, level + 1);
        }
    }

    private static List<string[]> Set(Element root, string url)
    {
        var rows = new List<string[]> { new[] { "V", url } };
        foreach (var include in root["compose"].Children("include")) rows.Add(Part("I", include));
        foreach (var exclude in root["compose"].Children("exclude")) rows.Add(Part("X", exclude));
        if (rows.Count == 1)
        {
            foreach (var group in Expanded(root["expansion"]).GroupBy(c => c["system"].AsString() ?? ""))
                rows.Add(["I", group.Key, string.Join(' ', group.Select(c => Escape(c["code"].AsString() ?? ""))), "", ""]);
        }
        return rows;
    }

    // Codes of an expansion may stand below others.
    private static IEnumerable<Element> Expanded(Element parent) => parent.Children("contains").ToList().SelectMany(c => Expanded(c).Prepend(c)).Where(c => c["code"].Exists);

    private static string[] Part(string kind, Element part) =>
    [
        kind, part["system"].AsString() ?? "",
        string.Join(' ', part.Children("concept").ToList().Select(c => Escape(c["code"].AsString() ?? ""))),
        string.Join(';', part.Children("filter").ToList().Select(f => $"{f["property"]},{f["op"]},{f["value"]}")),
        string.Join(' ', part.Children("valueSet").ToList().Select(v => (v.AsString() ?? "").Split('|')[0])),
    ];

    private static string Escape(string code) => code.Replace("%", "%25", StringComparison.Ordinal).Replace(" ", "%20", StringComparison.Ordinal);
}
