using DatacenterOst.Fhir.Codes;

namespace DatacenterOst.Fhir.Queries;

public abstract partial record Criterion
{
    /// <summary>True where the resource alone decides; a list, a chain and _has need others.</summary>
    public bool IsAboutResourceAlone => this is not (ListCriterion or ChainCriterion or HasCriterion);

    /// <summary>
    /// Does the resource meet the condition? The reference meaning of search: exact, without an index, no clock and no store.
    /// </summary>
    /// <exception cref="InvalidOperationException">The condition needs other resources.</exception>
    public bool Matches(Resource resource, SearchParameters known)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(known);
        return this switch
        {
            ValueCriterion value => value.Matches(ValuesOf(resource, value.Parameter, known)),
            MissingCriterion missing => missing.Matches(ValuesOf(resource, missing.Parameter, known)),
            IdCriterion ids => resource.Id is { } id && ids.Ids.Contains(id),
            LastUpdatedCriterion updated => resource.Root["meta"]["lastUpdated"].AsDateTime() is { } time && updated.AnyOf.Any(operand => OrderedMatching.Date(operand, time.Low, time.High)),
            WordsCriterion words => words.Matches(resource),
            NearCriterion near => near.Matches(resource),
            CompartmentCriterion compartment => compartment.Type != resource.TypeName || IsIn(compartment, resource, known),
            _ => throw new InvalidOperationException($"{GetType().Name} cannot be decided by one resource."),
        };
    }

    private static bool IsIn(CompartmentCriterion compartment, Resource resource, SearchParameters known)
    {
        if (resource.TypeName == compartment.OwnerType && resource.Id == compartment.OwnerId) return true;
        var owner = new ReferenceOperand(compartment.OwnerType, compartment.OwnerId, null);
        return compartment.By.Any(p => ValuesOf(resource, p, known).Any(v => v is ReferenceValue reference && ReferenceMatching.Matches(owner, reference)));
    }

    private static IReadOnlyList<SearchValue> ValuesOf(Resource resource, SearchParameter parameter, SearchParameters known) =>
        (known.Find(resource.TypeName, parameter.Code) ?? parameter).ValuesOf(resource);
}

public sealed partial record ValueCriterion
{
    /// <summary>
    /// Does one of the values compare with one of the operands? For <c>:not</c> and <c>:not-in</c>: does none? These hold for a
    /// resource without a value, too (R4 3.1.1.4.10).
    /// </summary>
    /// <param name="values">The values that the resource has for this parameter.</param>
    public bool Matches(IReadOnlyList<SearchValue> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var isNegative = Modifier is SearchModifier.Not or SearchModifier.NotIn;
        foreach (var value in values)
            foreach (var operand in AnyOf)
                if (Matches(operand, value, Modifier)) return !isNegative;
        return isNegative;
    }

    /// <summary>
    /// For <c>:in</c>, <c>:not-in</c>, <c>:above</c> and <c>:below</c> of a token the same condition with the codes listed, as plain or
    /// <c>:not</c>, for an index; null where the codes cannot be listed (a system that is not known here), or where there is nothing to list.
    /// </summary>
    /// <param name="stored">Value sets and code systems beside HL7's own; null for none.</param>
    public ValueCriterion? WithCodesListed(ProfileLibrary? stored = null)
    {
        if (!AsksForCodes) return null;
        var codes = new HashSet<TokenOperand>();
        foreach (var operand in AnyOf)
        {
            if (TokenMatching.List(operand, Modifier, stored?.Codes ?? CodeSets.Current) is not { } listed) return null;
            codes.UnionWith(listed);
        }
        // A code without a system is in a value set by its code alone.
        if (Modifier is SearchModifier.In or SearchModifier.NotIn) codes.UnionWith([.. codes.Select(c => c with { System = "" })]);
        return codes.Count == 0 && stored is null ? null : new ValueCriterion(Parameter, Modifier == SearchModifier.NotIn ? SearchModifier.Not : SearchModifier.None, [.. codes]);
    }

    /// <summary>Value sets and code systems that the condition names and HL7's definitions do not have: they must be listed by who stores them.</summary>
    public IReadOnlyList<Operand> NotOfHl7 => AsksForCodes ? [.. AnyOf.Where(operand => !TokenMatching.IsOfHl7(operand))] : [];

    private bool AsksForCodes => Parameter.Type == SearchType.Token && Modifier is SearchModifier.In or SearchModifier.NotIn or SearchModifier.Above or SearchModifier.Below;

    // For a negative modifier: true where the value speaks against the resource.
    private static bool Matches(Operand operand, SearchValue value, SearchModifier modifier) => (operand, value) switch
    {
        (TokenOperand token, TokenValue coded) => TokenMatching.Matches(token, coded, modifier),
        (ValueSetOperand set, TokenValue coded) => TokenMatching.IsInSet(set, coded, modifier),
        (TypedIdentifierOperand typed, TokenValue identifier) => TokenMatching.IsOfType(typed, identifier),
        (StringOperand text, TokenValue coded) => coded.Text is { } display && TextMatching.BeginsAtWord(display, text.Folded),
        (StringOperand text, StringValue found) => TextMatching.Matches(text, found, modifier),
        (DateOperand date, DateValue found) => OrderedMatching.Date(date, found.Low, found.High),
        (NumberOperand number, NumberValue found) => OrderedMatching.Number(number, found),
        (QuantityOperand quantity, QuantityValue found) => OrderedMatching.Quantity(quantity, found),
        (ReferenceOperand reference, ReferenceValue found) => ReferenceMatching.Matches(reference, found),
        (TokenOperand identifier, ReferenceValue found) => TokenMatching.Matches(identifier, found.IdentifierSystem, found.IdentifierValue),
        (UriOperand uri, UriValue found) => TextMatching.Uri(uri.Uri, found.Uri, modifier),
        // Canonical addresses stand in elements of references and of uris alike.
        (UriOperand uri, ReferenceValue { Url: { } url }) => TextMatching.Uri(uri.Uri, url, modifier),
        (CompositeOperand composite, CompositeValue found) => composite.Parts.Count == found.Parts.Count && composite.Parts.Zip(found.Parts).All(p => p.Second.Any(v => Matches(p.First, v, SearchModifier.None))),
        _ => false,
    };
}

public sealed partial record MissingCriterion
{
    /// <summary>R4 3.1.1.4.4: with true, resources that have no value; with false, those that have one.</summary>
    public bool Matches(IReadOnlyList<SearchValue> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.Count == 0 == IsMissing;
    }
}

public sealed partial record LastUpdatedCriterion
{
    /// <summary>Does one of the comparisons hold for the instant?</summary>
    public bool Matches(DateTimeOffset lastUpdated) => AnyOf.Any(operand => OrderedMatching.Date(operand, lastUpdated, lastUpdated.AddTicks(1)));
}
