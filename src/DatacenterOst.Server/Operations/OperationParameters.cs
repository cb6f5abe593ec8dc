using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Server.Fhir;

namespace DatacenterOst.Server.Operations;

/// <summary>
/// What goes into an operation: parameters of the address and of a Parameters resource; a body that is another resource is the
/// parameter <c>resource</c> (FHIR R4 operations.html#request).
/// </summary>
public sealed class OperationParameters
{
    private readonly List<Element> given = [];
    private readonly IReadOnlyList<KeyValuePair<string, string>> query;

    private OperationParameters(IReadOnlyList<KeyValuePair<string, string>> query) => this.query = query;

    /// <summary>The body where it is a resource of its own.</summary>
    public Resource? Body { get; private set; }

    /// <exception cref="Problem">Invalid where the body is no resource.</exception>
    public static OperationParameters Of(FhirRequest request)
    {
        var parameters = new OperationParameters(request.Query);
        if (request.Body.IsEmpty)
            return parameters;
        var body = FhirWriting.Parse(request.Body);
        if (body.TypeName == "Parameters")
            parameters.given.AddRange(body.Root.Children("parameter").ToList());
        else
            parameters.Body = body;
        return parameters;
    }

    /// <summary>An operation that left out a parameter would answer another question.</summary>
    /// <exception cref="Problem">Invalid for a name that is neither one of these nor one of the shape of any answer.</exception>
    public OperationParameters Require(string operation, params IReadOnlyList<string> known)
    {
        var names = query.Select(pair => pair.Key).Where(name => !AskedParameters.OfShape.Contains(name)).Concat(given.Select(parameter => parameter["name"].AsString() ?? ""));
        return names.FirstOrDefault(name => !known.Contains(name)) is { } unknown
            ? throw new Problem(ProblemKind.Invalid, $"${operation} has no parameter '{FhirRequest.Shown(unknown)}'; it has {string.Join(", ", known)}.", where: FhirRequest.Shown(unknown))
            : this;
    }

    /// <summary>The values of a parameter as text, those of the address first.</summary>
    public IReadOnlyList<string> All(string name)
        => [.. query.Where(pair => pair.Key == name).Select(pair => pair.Value), .. Elements(name).Select(element => element["value"].AsString()).OfType<string>()];

    /// <summary>A parameter that may stand once; null where it is not given.</summary>
    public string? One(string name)
        => All(name) switch
        {
            [] => null,
            [var only] => only,
            _ => throw new Problem(ProblemKind.Invalid, $"{name} may be given once.", where: name),
        };

    /// <summary>The parameters of that name of a Parameters resource.</summary>
    public IReadOnlyList<Element> Elements(string name) => [.. given.Where(parameter => parameter["name"].AsString() == name)];

    /// <summary>The resource of a parameter; null where there is none.</summary>
    public Resource? Resource(string name) => Elements(name).Select(parameter => parameter["resource"].AsResource()).FirstOrDefault(resource => resource is not null);

    /// <summary>All that are single values, as they would stand in an address.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> AsQuery()
        => [.. query, .. given.Where(parameter => parameter["value"].HasValue)
            .Select(parameter => KeyValuePair.Create(parameter["name"].AsString() ?? "", parameter["value"].AsString()!))];
}
