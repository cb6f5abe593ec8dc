using System.Collections.Frozen;

namespace DatacenterOst.Fhir.Codes;

/// <summary>What a value set includes and excludes (FHIR R4, 4.9.7).</summary>
internal sealed class ValueSetRules
{
    // Value sets include one another; a circle would never end.
    private const int MaxDepth = 16;
    private readonly Part[] includes;
    private readonly Part[] excludes;

    public ValueSetRules(List<string[]> rows)
    {
        includes = [.. rows.Where(r => r[0] == "I").Select(r => new Part(r))];
        excludes = [.. rows.Where(r => r[0] == "X").Select(r => new Part(r))];
    }

    /// <summary>The system of all its codes, where it includes one system only; else null.</summary>
    public string? OnlySystem => includes.Length == 1 ? includes[0].System : null;

    public bool? Contains(CodeSets sets, string? system, string code, int depth)
    {
        if (depth > MaxDepth) return null;
        if (Array.Exists(excludes, p => p.Contains(sets, system, code, depth) == true)) return false;
        bool? result = false;
        foreach (var part in includes)
        {
            var found = part.Contains(sets, system, code, depth);
            if (found == true) return true;
            if (found is null) result = null;
        }
        return result;
    }

    /// <summary>Can it be said of every code whether it is in the set? Not where it takes codes of a system that is not known here.</summary>
    public bool IsDecided(CodeSets sets, int depth = 0) =>
        depth <= MaxDepth && Array.TrueForAll(includes, p => p.IsDecided(sets, depth)) && Array.TrueForAll(excludes, p => p.IsDecided(sets, depth));

    /// <summary>All codes with their systems; null where one of the systems is not known here and its codes are not listed.</summary>
    public IReadOnlySet<(string System, string Code)>? List(CodeSets sets, int depth = 0)
    {
        var all = new HashSet<(string System, string Code)>();
        if (depth > MaxDepth) return null;
        foreach (var part in includes)
        {
            if (part.Candidates(sets, depth) is not { } candidates) return null;
            all.UnionWith(candidates);
        }
        all.RemoveWhere(c => Contains(sets, c.System, c.Code, depth) != true);
        return all;
    }

    private sealed class Part
    {
        private readonly string system;
        private readonly FrozenSet<string> codes;
        private readonly string[][] filters;
        private readonly string[] sets;

        public Part(string[] row)
        {
            system = row[1];
            codes = row[2].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(CodeSystemTable.Unescape).ToFrozenSet(StringComparer.Ordinal);
            filters = [.. row[3].Split(';', StringSplitOptions.RemoveEmptyEntries).Select(f => f.Split(',', 3))];
            sets = row[4].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }

        public string? System => system.Length > 0 ? system : null;

        /// <summary>Codes among which all of this part are.</summary>
        public IEnumerable<(string System, string Code)>? Candidates(CodeSets known, int depth)
        {
            if (system.Length > 0) return (codes.Count > 0 ? codes : known.System(system)?.Codes)?.Select(c => (system, c));
            return sets.Length > 0 ? known.Set(sets[0])?.List(known, depth + 1) : null;
        }

        public bool IsDecided(CodeSets known, int depth) =>
            Array.TrueForAll(sets, set => known.Set(set)?.IsDecided(known, depth + 1) == true)
            && (system.Length == 0 || codes.Count > 0 || system == "http://unitsofmeasure.org"
                || (known.System(system) is not null && Array.TrueForAll(filters, f => f is ["concept", "is-a" or "is-not-a" or "descendent-of", _])));

        public bool? Contains(CodeSets known, string? asked, string code, int depth)
        {
            bool? result = true;
            foreach (var set in sets)
            {
                var inner = known.Set(set)?.Contains(known, asked, code, depth + 1);
                if (inner == false) return false;
                if (inner is null) result = null;
            }
            if (system.Length == 0) return result;
            if (asked is not null && asked != system) return false;
            if (codes.Count > 0) return codes.Contains(code) ? result : false;
            return InSystem(known, code) is { } found ? found ? result : false : null;
        }

        private bool? InSystem(CodeSets known, string code)
        {
            if (known.System(system) is not { } table) return system switch
            {
                "http://unitsofmeasure.org" => Ucum.TryParse(code, out _),
                "urn:ietf:bcp:13" => code.Contains('/', StringComparison.Ordinal) ? true : null,
                _ => null,
            };
            foreach (var filter in filters)
            {
                if (filter.Length < 3 || filter[0] != "concept") return null;
                var isA = table.IsA(code, CodeSystemTable.Unescape(filter[2]));
                var passes = filter[1] switch { "is-a" => isA, "is-not-a" => !isA && table.Contains(code), "descendent-of" => isA && code != filter[2], _ => (bool?)null };
                if (passes != true) return passes;
            }
            return table.Contains(code);
        }
    }
}
