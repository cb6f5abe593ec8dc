using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DatacenterOst.UnitTests.House;

/// <summary>The sizes and shapes of STYLE: when a number hurts, a noun is missing.</summary>
public sealed class Shape(SourceTree tree) : IClassFixture<SourceTree>
{
    [Fact]
    public void A_file_fits_on_three_screens()
        => Offences.None(tree.Files.Where(file => !file.IsGenerated)
            .Select(file => (file.Path, Lines: file.Text.AsSpan().Count('\n')))
            .Where(file => file.Lines > 300)
            .Select(file => $"{file.Path}: {file.Lines} lines, 300 at most"));

    [Fact]
    public void A_method_fits_on_one_screen()
        => Offences.None(tree.Files.Where(file => !file.IsGenerated).SelectMany(file => file.All<BaseMethodDeclarationSyntax>()
            .Select(method => (file.Path, Name: NameOf(method), Lines: LinesOf(method)))
            .Where(method => method.Lines > 50)
            .Select(method => $"{method.Path}: {method.Name} has {method.Lines} lines, 50 at most")));

    [Fact]
    public void A_constructor_takes_at_most_five_things()
        => Offences.None(tree.Product.SelectMany(file =>
            file.All<ConstructorDeclarationSyntax>().Select(c => (file.Path, Name: c.Identifier.Text, c.ParameterList.Parameters.Count))
                .Concat(file.All<ClassDeclarationSyntax>().Where(c => c.ParameterList is not null)
                    .Select(c => (file.Path, Name: c.Identifier.Text, c.ParameterList!.Parameters.Count))))
            .Where(constructor => constructor.Count > 5)
            .Select(constructor => $"{constructor.Path}: {constructor.Name} takes {constructor.Count}"));

    [Fact]
    public void A_namespace_is_its_folder_and_has_at_most_three_segments()
        => Offences.None(tree.Product.SelectMany(file => file.All<BaseNamespaceDeclarationSyntax>()
            .Select(space => (file.Path, Name: space.Name.ToString()))
            .Where(space => space.Name.Split('.').Length > 3 || space.Name != FolderAsNamespace(space.Path))
            .Select(space => $"{space.Path}: namespace {space.Name}, expected {FolderAsNamespace(space.Path)}")));

    [Fact]
    public void Names_are_nouns_of_the_domain()
    {
        string[] endings = ["Service", "Manager", "Helper", "Helpers", "Util", "Utils", "Processor", "Base", "Impl"];
        Offences.None(tree.Product.SelectMany(file => file.All<BaseTypeDeclarationSyntax>()
    .Where(type => !IsOfTheStandard(type.Identifier.Text) && endings.Any(ending => type.Identifier.Text.EndsWith(ending, StringComparison.Ordinal)))
    .Select(type => $"{file.Path}: {type.Identifier.Text}")));
    }

    [Fact]
    public void Folders_are_named_for_capabilities()
    {
        string[] banned = ["Helpers", "Common", "Core", "Interfaces", "Dtos", "Utils"];
        Offences.None(tree.Product.SelectMany(file => file.Path.Split('/').SkipLast(1)).Distinct().Where(banned.Contains));
    }

    [Fact]
    public void Classes_are_sealed_or_static_and_nothing_is_virtual()
        => Offences.None(tree.Product.Where(file => !file.IsGenerated).SelectMany(file =>
            file.All<TypeDeclarationSyntax>()
                .Where(type => type is ClassDeclarationSyntax or RecordDeclarationSyntax { ClassOrStructKeyword.RawKind: not (int)SyntaxKind.StructKeyword }
                    && !type.Modifiers.Any(m => m.IsKind(SyntaxKind.SealedKeyword) || m.IsKind(SyntaxKind.StaticKeyword) || m.IsKind(SyntaxKind.AbstractKeyword)))
                .Select(type => $"{file.Path}: {type.Identifier.Text} is neither sealed nor static")
                .Concat(file.All<MemberDeclarationSyntax>().Where(member => member.Modifiers.Any(m => m.IsKind(SyntaxKind.VirtualKeyword)))
                    .Select(member => $"{file.Path}: a virtual member"))));

    [Fact]
    public void There_are_three_projects_of_each_kind()
    {
        Assert.Equal(3, Directory.GetDirectories(Path.Combine(tree.Root, "src")).Length);
        Assert.Equal(3, Directory.GetDirectories(Path.Combine(tree.Root, "tests")).Length);
    }

    // CDS Hooks calls its services so, in the standard's own words.
    private static bool IsOfTheStandard(string name) => name is "CdsService" or "RefusedService";

    private static int LinesOf(BaseMethodDeclarationSyntax method)
    {
        var span = method.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static string NameOf(BaseMethodDeclarationSyntax method) => method switch
    {
        MethodDeclarationSyntax named => named.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        _ => method.Kind().ToString(),
    };

    private static string FolderAsNamespace(string path)
        => string.Join('.', path.Split('/').Skip(1).SkipLast(1));
}
