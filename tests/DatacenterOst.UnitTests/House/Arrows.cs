using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DatacenterOst.UnitTests.House;

/// <summary>Arrows point one way: a folder of the engine may use only what stands left of it.</summary>
public sealed class Arrows(SourceTree tree) : IClassFixture<SourceTree>
{
    private static readonly string[] Order =
        ["Clinical", "Terminology", "Sources", "Normalise", "Access", "Store", "Features", "Models", "Cards", "Research"];

    [Fact]
    public void A_folder_uses_only_what_stands_before_it()
    {
        var offences = from file in tree.Product
                       where file.Path.StartsWith("src/DatacenterOst/", StringComparison.Ordinal)
                       let own = Array.IndexOf(Order, file.Path.Split('/')[2])
                       from used in UsedFolders(file)
                       where Array.IndexOf(Order, used) > own
                       select $"{file.Path} uses {used}, which stands after {Order[own]}";
        Offences.None(offences);
    }

    [Fact]
    public void Every_folder_of_the_engine_stands_in_the_order()
        => Offences.None(tree.Product
            .Where(file => file.Path.StartsWith("src/DatacenterOst/", StringComparison.Ordinal))
            .Select(file => file.Path.Split('/')[2])
            .Distinct()
            .Where(folder => !Order.Contains(folder)));

    [Fact]
    public void The_fhir_library_knows_neither_the_engine_nor_input_and_output()
        => Offences.None(tree.Product
            .Where(file => file.Path.StartsWith("src/DatacenterOst.Fhir/", StringComparison.Ordinal))
            .SelectMany(file => Usings(file)
                .Where(used => Order.Any(folder => used.StartsWith($"DatacenterOst.{folder}", StringComparison.Ordinal))
                    || used is "System.Net.Http" or "System.Net.Sockets")
                .Select(used => $"{file.Path}: {used}")));

    [Fact]
    public void Only_the_store_writes_sql_and_only_the_server_knows_http()
        => Offences.None(tree.Product
            .Where(file => file.Path.StartsWith("src/DatacenterOst/", StringComparison.Ordinal))
            .SelectMany(file => Usings(file)
                .Where(used => used.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
                    || (!file.Path.Contains("/Store/", StringComparison.Ordinal)
                        && (used.StartsWith("Npgsql", StringComparison.Ordinal) || used.StartsWith("Microsoft.Data", StringComparison.Ordinal)
                            || used.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal))))
                .Select(used => $"{file.Path}: {used}")));

    private static IEnumerable<string> Usings(SourceFile file)
        => file.Syntax.Usings.Select(directive => directive.NamespaceOrType.ToString());

    private static IEnumerable<string> UsedFolders(SourceFile file)
        => Usings(file).Concat(file.All<QualifiedNameSyntax>().Select(name => name.ToString()))
            .Where(name => name.StartsWith("DatacenterOst.", StringComparison.Ordinal))
            .Select(name => name.Split('.')[1])
            .Where(Order.Contains)
            .Distinct();
}
