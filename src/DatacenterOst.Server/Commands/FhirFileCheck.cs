using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Server.Commands;

/// <summary>Validates all that one file holds and prints each issue with its place in the file. Not for more than one thread.</summary>
internal sealed class FhirFileCheck(string file, FhirProfiles profiles, string[] urls)
{
    private readonly Validator validator = new() { Profiles = profiles.Library };

    private readonly HashSet<string> used = new(StringComparer.Ordinal);

    public int Resources { get; private set; }

    public int Unreadable { get; private set; }

    public int Errors { get; private set; }

    public int Warnings { get; private set; }

    public async Task Run(FhirInput input, CancellationToken cancellationToken)
    {
        if (input.Kind == FhirInputKind.Ndjson)
            await Lines(input, cancellationToken);
        else if (!input.IsWhole && input.Kind == FhirInputKind.Json)
            await Entries(input, cancellationToken);
        else
            await Whole(input, cancellationToken);
    }

    /// <summary>Profiles that nothing in the file was checked against, so that silence is not taken for conformance.</summary>
    public IEnumerable<string> UnusedProfiles => urls.Except(used);

    public void Refuse(Problem problem)
    {
        Unreadable++;
        Refusal.Tell(problem);
    }

    private async Task Whole(FhirInput input, CancellationToken cancellationToken)
    {
        Resource resource;
        try
        {
            resource = input.Single();
        }
        catch (Problem problem) when (input.Kind == FhirInputKind.Json && input.IsWhole)
        {
            // One broken entry must not hide what is wrong in the others: if it is a bundle, its entries are read one by one.
            try
            {
                await Entries(input, cancellationToken);
            }
            catch (Problem) when (Unreadable + Resources == 0)
            {
                throw problem;
            }

            if (Unreadable == 0)
                throw;
            return;
        }

        Check(resource, new Piece(1, 0, "", input.Kind == FhirInputKind.Xml));
    }

    private async Task Lines(FhirInput input, CancellationToken cancellationToken)
    {
        await foreach (var line in NdjsonReader.ReadAsync(input.FromStart(), cancellationToken))
            Read(line.Bytes, line.Problem, new Piece(line.Line, 0, ""));
    }

    private async Task Entries(FhirInput input, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var entry in BundleReader.ReadAsync(input.FromStart(), cancellationToken))
            {
                var before = input.IsWhole ? ColumnsBefore(input.Bytes.Span, (int)entry.Offset) : -1;
                if (!entry.Resource.IsEmpty || entry.Problem is not null)
                    Read(entry.Resource, entry.Problem, new Piece(entry.Line, before, $"Bundle.entry[{entry.Number}].resource"));
            }
        }
        catch (FhirFormatException e)
        {
            throw Refusal.Of(e, file);
        }
    }

    private static int ColumnsBefore(ReadOnlySpan<byte> bytes, int offset)
        => System.Text.Encoding.UTF8.GetCharCount(bytes[(bytes[..offset].LastIndexOf((byte)'\n') + 1)..offset]);

    private void Read(ReadOnlyMemory<byte> bytes, string? problem, Piece piece)
    {
        if (problem is not null)
        {
            Refuse(new Problem(ProblemKind.Invalid, problem, Refusal.Place(file, piece.Line, 0, piece.Path)));
            return;
        }

        try
        {
            Check(Resource.ParseJson(bytes), piece);
        }
        catch (FhirFormatException e)
        {
            var placed = new FhirFormatException(e.Problem, e.Line, e.Column, piece.PathOf(e.Path));
            Refuse(Refusal.Of(placed, file, piece.Line, piece.Before));
        }
    }

    private void Check(Resource resource, Piece piece)
    {
        Resources++;
        // In a bundle a profile is for the resources of its type; a resource on its own must meet each that the caller named.
        var isOneOfMany = resource.TypeName == "Bundle" || piece.Path.Length > 0;
        var wanted = urls.Where(url => !isOneOfMany || profiles.IsFor(url, resource.TypeName)).ToList();
        used.UnionWith(wanted);
        Print(validator.Validate(resource, wanted), piece);
        if (resource.TypeName != "Bundle")
            return;
        foreach (var element in resource.Root.Children("entry"))
            CheckEntry(element["resource"], piece);
    }

    // The profiles the caller named are for the entries of a bundle, unless they are for bundles.
    private void CheckEntry(Element element, Piece piece)
    {
        if (!element.Exists)
            return;
        Resources++;
        var wanted = urls.Where(url => !profiles.IsFor(url, "Bundle") && profiles.IsFor(url, element.TypeName)).ToList();
        used.UnionWith(wanted);
        if (wanted.Count == 0 || element.AsResource() is not { } entry)
            return;
        var known = validator.Validate(entry).ToHashSet();
        Print(
            validator.Validate(entry, wanted).Where(issue => !known.Contains(issue)),
            // An entry from XML knows its places in the document; one from JSON counts from its own beginning.
            piece.IsXml ? piece with { Path = piece.PathOf(element.Path) } : new Piece(piece.Line + element.Line - 1, element.Column - 1, piece.PathOf(element.Path)));
    }

    private void Print(IEnumerable<ValidationIssue> issues, Piece piece)
    {
        foreach (var issue in issues)
        {
            if (issue.Severity == IssueSeverity.Error)
                Errors++;
            else if (issue.Severity == IssueSeverity.Warning)
                Warnings++;
            var column = issue.Line > 1 || issue.Column == 0 ? issue.Column : piece.Before < 0 ? 0 : issue.Column + piece.Before;
            var place = Refusal.Place(file, piece.Line + issue.Line - 1, column, "");
            var rule = issue.Rule.Length > 0 ? $" [{issue.Rule}]" : "";
            Console.WriteLine($"{place}: {issue.Severity.ToString().ToLowerInvariant()} {issue.Code} {piece.PathOf(issue.Path)}: {issue.Message}{rule}");
        }
    }

    /// <summary>Where in the file a resource stands. Before is the number of characters before it on its line; below 0 where that is not known.</summary>
    private readonly record struct Piece(int Line, int Before, string Path, bool IsXml = false)
    {
        /// <summary>A path of the resource (<c>Patient.name</c>) as one of the file (<c>Bundle.entry[2].resource.name</c>).</summary>
        public string PathOf(string inner)
        {
            if (Path.Length == 0)
                return inner;
            var dot = inner.IndexOf('.', StringComparison.Ordinal);
            return dot < 0 ? Path : Path + inner[dot..];
        }
    }
}
