using DatacenterOst.Features;

namespace DatacenterOst.Models.Equations;

/// <summary>One line of an equation: a name and the expression that makes it of features and of lines above.</summary>
public sealed record EquationStep(string Name, FeatureExpression Expression, string Unit);

/// <summary>A feature's value in the patient that an equation is explained against.</summary>
/// <param name="Word">Null for numbers.</param>
public sealed record ReferenceValue(int Place, double? Number, string? Word);
