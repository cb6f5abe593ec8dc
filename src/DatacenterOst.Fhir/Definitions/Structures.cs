using System.Globalization;
using System.Text;

namespace DatacenterOst.Fhir.Definitions;

/// <summary>The types, elements and constraints of FHIR R4, loaded once from the embedded file.</summary>
internal sealed class Structures
{
    private readonly Dictionary<string, TypeDefinition> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> nameIds = new(StringComparer.Ordinal);
    private readonly List<Constraint> constraints = [];
    private readonly List<Slot> slots = [];

    private Structures()
    {
        var types = new List<TypeDefinition>();
        var elements = new List<(TypeDefinition Parent, string[] Row)>();
        foreach (var row in DefinitionFile.Rows("structures.tsv"))
        {
            if (row[0] == "C") constraints.Add(new Constraint(row[1], row[2] == "e", row[3], row[4]));
            else if (row[0] == "T") types.Add(ReadType(row, types.Count));
            else elements.Add((types[^1], row));
        }
        foreach (var type in types) type.Base = byName.GetValueOrDefault(type.BaseName);
        Types = [.. types];
        // Slot 0 is the root of a resource and stands for "no element".
        var root = new ElementDefinition { Name = "", Parent = Types[0], NameId = 0, Ordinal = 0, Min = 1, Max = 1, Flags = "", Binding = BindingStrength.None, ValueSet = "", Constraints = [] };
        nameIds[""] = 0;
        slots.Add(new Slot(0, root, new TypeOption(Types[0], [], null), []));
        foreach (var group in elements.GroupBy(e => e.Parent)) FillType(group.Key, group.Select(e => e.Row));
        Slots = [.. slots];
        foreach (var type in types) type.Names = new SlotTable(type, Slots.AsSpan(type.FirstSlot..type.EndSlot));
        Resource = byName["Resource"];
        Extension = byName["Extension"];
    }

    /// <summary>Loaded when first asked for. A read-only static field, because every step of every expression reads it.</summary>
    public static Structures Current { get; } = new();

    public TypeDefinition[] Types { get; }
    public Slot[] Slots { get; }

    public TypeDefinition Resource { get; }
    public TypeDefinition Extension { get; }

    public TypeDefinition? Type(string name) => byName.GetValueOrDefault(name);

    public TypeDefinition? ResourceType(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > 64) return null;
        Span<char> text = stackalloc char[64];
        if (!Ascii.IsValid(name)) return null;
        var length = Encoding.ASCII.GetChars(name, text);
        return byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text[..length], out var type) && type is { IsResource: true, IsAbstract: false } ? type : null;
    }

    /// <summary>The number of an element name, or −1 where no element of FHIR R4 is called so.</summary>
    public int NameId(string name) => nameIds.GetValueOrDefault(name, -1);

    private TypeDefinition ReadType(string[] row, int index)
    {
        var kind = row[2] switch { "p" => TypeKind.Primitive, "c" => TypeKind.Complex, "b" => TypeKind.Backbone, _ => TypeKind.Resource };
        var type = new TypeDefinition(index, row[1], kind, row[3] == "1", row[4]) { Constraints = ReadConstraints(row[5]) };
        byName[row[1]] = type;
        return type;
    }

    private Constraint[] ReadConstraints(string text) =>
        text.Length == 0 ? [] : [.. text.Split(' ').Select(n => constraints[int.Parse(n, CultureInfo.InvariantCulture)])];

    private void FillType(TypeDefinition type, IEnumerable<string[]> rows)
    {
        type.FirstSlot = slots.Count;
        type.Elements = [.. rows.Select((row, ordinal) => ReadElement(type, row, ordinal))];
        if (type.Elements.Length > 64) throw new InvalidOperationException($"{type.Name} has more than 64 elements.");
        foreach (var element in type.Elements)
        {
            foreach (var option in element.Types)
            {
                var name = element.IsChoice ? element.Name + char.ToUpperInvariant(option.Type.Name[0]) + option.Type.Name[1..] : element.Name;
                slots.Add(new Slot(slots.Count, element, option, Encoding.UTF8.GetBytes(name)));
            }
        }
        type.EndSlot = slots.Count;
    }

    private ElementDefinition ReadElement(TypeDefinition parent, string[] row, int ordinal)
    {
        if (!nameIds.TryGetValue(row[1], out var id)) nameIds[row[1]] = id = nameIds.Count;
        return new ElementDefinition
        {
            Name = row[1],
            Parent = parent,
            NameId = id,
            Ordinal = ordinal,
            Min = int.Parse(row[2], CultureInfo.InvariantCulture),
            Max = row[3] == "*" ? int.MaxValue : int.Parse(row[3], CultureInfo.InvariantCulture),
            Types = [.. row[4].Split(',').Select(ReadOption)],
            Flags = row[5],
            Binding = row[6].Length == 0 ? BindingStrength.None : row[6][0] switch { 'r' => BindingStrength.Required, 'e' => BindingStrength.Extensible, _ => BindingStrength.Preferred },
            ValueSet = row[6].Length == 0 ? "" : row[6][1..].Contains(':', StringComparison.Ordinal) ? row[6][1..] : "http://hl7.org/fhir/ValueSet/" + row[6][1..],
            Constraints = ReadConstraints(row[7]),
        };
    }

    private TypeOption ReadOption(string text)
    {
        if (text[0] == '#') return new TypeOption(byName[text[1..]], [], null);
        string? profile = null;
        string[] targets = [];
        var brace = text.IndexOf('{', StringComparison.Ordinal);
        if (brace >= 0) (profile, text) = (text[(brace + 1)..^1], text[..brace]);
        var bracket = text.IndexOf('(', StringComparison.Ordinal);
        if (bracket >= 0) (targets, text) = (text[(bracket + 1)..^1].Split('|'), text[..bracket]);
        return new TypeOption(byName[text], targets, profile);
    }
}
