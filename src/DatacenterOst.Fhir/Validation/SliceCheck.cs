namespace DatacenterOst.Fhir.Validation;

/// <summary>Sorts repetitions into slices by their discriminators and checks each against its slice (FHIR R4, 5.1.0.14).</summary>
internal sealed class SliceCheck(ValidationRun run, ProfileCheck profiles)
{
    public void Check(Element parent, ProfileNode node, List<Element> items, Profile profile) =>
        Check(parent, node, "", node.SlicingInAll ?? Implied(node), items, profile);

    /// <summary>The slices whose names begin with the prefix: none, or that of the slice ("systolic/") that is sliced again.</summary>
    private void Check(Element parent, ProfileNode node, string prefix, Slicing slicing, List<Element> items, Profile profile)
    {
        var slices = node.SlicesInAll.Where(s => s.Slice.StartsWith(prefix, StringComparison.Ordinal) && !s.Slice.AsSpan(prefix.Length).Contains('/')).ToList();
        if (slices.Count == 0) return;
        var members = slices.ConvertAll(_ => new List<Element>());
        var last = -1;
        foreach (var item in items)
        {
            var slice = slices.FindIndex(s => Matches(item, s, slicing, profile));
            if (slice < 0)
            {
                if (slicing.Rules == "closed") run.Add(IssueSeverity.Error, "structure", item, $"The element belongs to none of the slices {string.Join(", ", slices.Select(s => s.Slice))}, and the profile allows no others", profile.Url);
                if (slicing.Rules == "openAtEnd") last = int.MaxValue;
                continue;
            }
            if ((slicing.IsOrdered || last == int.MaxValue) && slice < last) run.Add(IssueSeverity.Error, "structure", item, $"The slice '{slices[slice].Slice}' stands too late; the profile fixes the order", profile.Url);
            last = Math.Max(last, slice);
            members[slice].Add(item);
        }
        for (var i = 0; i < slices.Count; i++)
        {
            // What the base alone says of its slices was checked with the base.
            if (node.Slices.Contains(slices[i]))
            {
                profiles.Count(parent, slices[i], members[i].Count, profile);
                foreach (var item in members[i]) profiles.Typed(item, slices[i], profile);
            }
            Check(parent, node, slices[i].Slice + "/", slices[i].SlicingInAll ?? slicing, members[i], profile);
        }
    }

    /// <summary>Extensions are always told apart by url, choices by type.</summary>
    private static Slicing Implied(ProfileNode node) =>
        new([node.Name is "extension" or "modifierExtension" ? new Discriminator("value", "url") : new Discriminator("type", "$this")], "open", false);

    private bool Matches(Element item, ProfileNode slice, Slicing slicing, Profile profile)
    {
        // Without a discriminator only conformance itself can tell.
        if (slicing.Discriminators.Length == 0) return slice.Layers.All(l => profiles.Conforms(item, l, profile));
        return Array.TrueForAll(slicing.Discriminators, d => Matches(item, slice, d, profile));
    }

    private bool Matches(Element item, ProfileNode slice, Discriminator discriminator, Profile profile)
    {
        var (path, follows) = Path(discriminator.Path);
        var values = Values(item, path, discriminator, profile);
        // Each layer that speaks of the discriminator must agree; where none does, the slice cannot be told apart.
        var found = slice.Layers.Select(l => Find(l, path, profile)).Where(f => Speaks(f.Node, f.Url, discriminator.Type)).ToList();
        return found.Count == 0 ? discriminator.Type == "exists" : found.TrueForAll(f => Matches(values, discriminator.Type, follows, f));
    }

    private static bool Speaks(ProfileNode? node, string? url, string kind) =>
        url is not null || (node is not null && (kind is not ("type" or "profile") || node.Types.Length > 0));

    private bool Matches(List<Element> values, string kind, bool follows, (ProfileNode? Node, Profile Owner, string? Url) found)
    {
        var (node, owner, url) = found;
        switch (kind)
        {
            case "exists":
                return node is null || (node.Max == 0 ? values.Count == 0 : node.Min == 0 || values.Count > 0);
            case "type":
                var types = node is null ? [] : follows ? node.Types.SelectMany(t => t.Targets).Select(t => run.Validator.Profiles.Find(t)?.TypeName ?? t[(t.LastIndexOf('/') + 1)..]).ToList() : node.Types.Select(t => t.Code).ToList();
                return values.Exists(v => types.Contains(v.TypeName));
            case "profile":
                var wanted = node is null ? [] : node.Types.SelectMany(t => follows ? t.Targets : t.Profiles).ToList();
                return values.Exists(v => wanted.Exists(p => run.Validator.Profiles.Find(p) is { } target ? profiles.Conforms(v, target) : ProfileCheck.IsBaseType(p) && p.EndsWith('/' + v.TypeName, StringComparison.Ordinal)));
            default:
                if (url is not null) return values.Exists(v => v.AsString() == url);
                return node is not null && values.Exists(v => profiles.Conforms(v, node, owner));
        }
    }

    private List<Element> Values(Element item, string[] path, Discriminator discriminator, Profile profile)
    {
        if (path.Length == 0 && discriminator.Path is "$this" or "") return [item];
        try
        {
            return [.. FhirPathExpression.Parse(discriminator.Path).Evaluate(item, run.Environment with { ResolveToStubs = true }).Where(v => v.Element.Exists).Select(v => v.Element)];
        }
        catch (FhirPathException e)
        {
            run.Add(IssueSeverity.Warning, "processing", item, $"The profile's discriminator '{discriminator.Path}' cannot be evaluated: {e.Message}", profile.Url);
            return [];
        }
    }

    /// <summary>The steps of a discriminator's path that name elements, and whether it follows a reference.</summary>
    private static (string[] Steps, bool Follows) Path(string path)
    {
        var steps = path.Split('.').Where(s => s is not ("$this" or "")).ToList();
        var follows = steps.RemoveAll(s => s == "resolve()") > 0;
        steps.RemoveAll(s => s.StartsWith("ofType(", StringComparison.Ordinal));
        return ([.. steps], follows);
    }

    /// <summary>The node of the slice at the path; where the slice refers to another profile, in there. For an unknown extension its url.</summary>
    private (ProfileNode? Node, Profile Owner, string? Url) Find(ProfileNode slice, string[] steps, Profile profile)
    {
        var (node, owner) = (slice, profile);
        foreach (var step in steps)
        {
            var name = step.StartsWith("extension(", StringComparison.Ordinal) ? "extension" : step;
            var next = node.Children.Find(c => c.Name == name);
            if (next is { Slices.Count: > 0 } && name == "extension" && step != name)
            {
                var wanted = step[11..^2];
                next = next.Slices.Find(s => s.Types.Any(t => t.Profiles.Contains(wanted))) ?? next;
            }
            if (next is null or { Definition.Exists: false, Children.Count: 0 })
            {
                var inner = node.Types.SelectMany(t => t.Profiles).FirstOrDefault();
                if (inner is null) return (next, owner, null);
                if (run.Validator.Profiles.Find(inner) is not { } target) return (null, owner, step == "url" ? inner.Split('|')[0] : null);
                (owner, next) = (target, target.Root.Children.Find(c => c.Name == name));
                if (next is null && step == "url") return (null, owner, inner.Split('|')[0]);
            }
            if (next is null) return (null, owner, null);
            node = next;
        }
        return (node, owner, null);
    }
}
