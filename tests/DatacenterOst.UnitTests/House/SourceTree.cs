using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DatacenterOst.UnitTests.House;

/// <summary>The product's own source as syntax trees, read once for all house rules.</summary>
public sealed class SourceTree
{
    public SourceTree()
    {
        Root = Repository.Root();
        Files = [.. new[] { "src", "tests" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains("/obj/") && !path.Contains("/bin/"))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(Path.GetRelativePath(Root, path), File.ReadAllText(path)))];
    }

    public string Root { get; }

    public IReadOnlyList<SourceFile> Files { get; }

    public IEnumerable<SourceFile> Product => Files.Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal));
}

public sealed class SourceFile(string path, string text)
{
    private readonly Lazy<CompilationUnitSyntax> syntax =
        new(() => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview)).GetCompilationUnitRoot());

    public string Path { get; } = path;

    public string Text { get; } = text;

    public CompilationUnitSyntax Syntax => syntax.Value;

    /// <summary>EF Core writes the model snapshot of a migration itself; its size is not ours.</summary>
    public bool IsGenerated => Path.Contains("/Migrations/", StringComparison.Ordinal) || Path.EndsWith(".g.cs", StringComparison.Ordinal);

    public IEnumerable<T> All<T>()
        where T : Microsoft.CodeAnalysis.SyntaxNode
        => Syntax.DescendantNodes().OfType<T>();
}
