using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Validation;

/// <summary>A type that a profile allows, with the profiles its values must meet and those that references may point at.</summary>
internal sealed record ProfileType(string Code, string[] Profiles, string[] Targets);

/// <summary>How repetitions are told apart: value, pattern, exists, type or profile, at a path below the element.</summary>
internal sealed record Discriminator(string Type, string Path);

internal sealed record Slicing(Discriminator[] Discriminators, string Rules, bool IsOrdered);

/// <summary>One element of a profile (an ElementDefinition), with its children and its slices.</summary>
internal sealed class ProfileNode
{
    public ProfileNode(string name, string slice, Element? definition)
    {
        (Name, Slice) = (name, slice);
        if (definition is not { } element) return;
        Min = element["min"].AsInteger() ?? 0;
        Max = int.TryParse(element["max"].AsString(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var max) ? max : int.MaxValue;
        Types = [.. element.Children("type").ToList().Select(ReadType)];
        (Fixed, Pattern) = (element["fixed"], element["pattern"]);
        (MinValue, MaxValue, MaxLength) = (element["minValue"], element["maxValue"], element["maxLength"].AsInteger());
        ReadBinding(element["binding"]);
        if (element["slicing"] is { Exists: true } slicing) Slicing = ReadSlicing(slicing);
        Definition = element;
    }

    /// <summary>The element's name, "value" for value[x]; the type's name for the root.</summary>
    public string Name { get; }

    /// <summary>The slice's name; empty for what is no slice.</summary>
    public string Slice { get; }

    /// <summary>A choice written with its type ("valueQuantity"): only values of that JSON name are meant.</summary>
    public string JsonName { get; init; } = "";
    public Element Definition { get; }
    public int Min { get; }
    public int Max { get; } = int.MaxValue;
    public ProfileType[] Types { get; } = [];
    public Element Fixed { get; }
    public Element Pattern { get; }
    public Element MinValue { get; }
    public Element MaxValue { get; }
    public int? MaxLength { get; }
    public BindingStrength Binding { get; private set; }
    public string ValueSet { get; private set; } = "";
    public Slicing? Slicing { get; set; }
    public Invariant[] Invariants { get; set; } = [];
    public List<ProfileNode> Children { get; } = [];
    public List<ProfileNode> Slices { get; } = [];

    /// <summary>What the base profile says of the same place; null where it says nothing, or the profile has all in its snapshot.</summary>
    public ProfileNode? Below { get; private set; }

    /// <summary>The slicing, its own or the base's; one without discriminators, as differentials have it, takes those of the base.</summary>
    public Slicing? SlicingInAll => Slicing is { Discriminators.Length: 0 } own && Below?.SlicingInAll is { } inherited
        ? own with { Discriminators = inherited.Discriminators }
        : Slicing ?? Below?.SlicingInAll;

    /// <summary>The slices with those of the base that this profile does not speak of.</summary>
    public IEnumerable<ProfileNode> SlicesInAll => Below is null ? Slices : Slices.Concat(Below.SlicesInAll.Where(s => !Slices.Exists(own => own.Slice == s.Slice)));

    /// <summary>This node and what its bases say of the same place.</summary>
    public IEnumerable<ProfileNode> Layers => Below is null ? [this] : Below.Layers.Prepend(this);

    /// <summary>Binds this node and all below it to the base's nodes for the same places.</summary>
    public void LayOn(ProfileNode below)
    {
        Below = below;
        foreach (var child in Children)
            if (below.Layers.SelectMany(l => l.Children).FirstOrDefault(c => c.Name == child.Name && c.JsonName == child.JsonName) is { } same) child.LayOn(same);
        foreach (var slice in Slices)
            if (below.SlicesInAll.FirstOrDefault(s => s.Slice == slice.Slice) is { } same) slice.LayOn(same);
    }

    private static ProfileType ReadType(Element type) => new(
        type["code"].AsString() ?? "",
        [.. type.Children("profile").ToList().Select(p => p.AsString() ?? "")],
        [.. type.Children("targetProfile").ToList().Select(p => p.AsString() ?? "")]);

    private static Slicing ReadSlicing(Element slicing) => new(
        [.. slicing.Children("discriminator").ToList().Select(d => new Discriminator(d["type"].AsString() ?? "value", d["path"].AsString() ?? "$this"))],
        slicing["rules"].AsString() ?? "open",
        slicing["ordered"].AsBoolean() ?? false);

    private void ReadBinding(Element binding)
    {
        if (binding["valueSet"].AsString() is not { } set) return;
        ValueSet = set;
        Binding = binding["strength"].AsString() switch { "required" => BindingStrength.Required, "extensible" => BindingStrength.Extensible, _ => BindingStrength.None };
    }
}
