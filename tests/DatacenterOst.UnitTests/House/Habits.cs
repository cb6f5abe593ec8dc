using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DatacenterOst.UnitTests.House;

/// <summary>Calls and shapes that have hurt before and do not come back.</summary>
public sealed class Habits(SourceTree tree) : IClassFixture<SourceTree>
{
    [Fact]
    public void Time_is_taken_from_a_time_provider_and_nothing_blocks_on_a_task()
    {
        string[] banned =
        [
            "DateTime.Now", "DateTime.UtcNow", "DateTime.Today", "DateTimeOffset.Now", "DateTimeOffset.UtcNow",
            "Thread.Sleep", "GC.Collect",
        ];
        string[] blocking = ["Result", "Wait", "GetResult"];
        Offences.None(tree.Product.SelectMany(file => file.All<MemberAccessExpressionSyntax>()
            .Where(access => banned.Contains(access.ToString())
                || (blocking.Contains(access.Name.Identifier.Text) && LooksLikeATask(access)))
            .Select(access => $"{Where(file, access)}: {access}")));
    }

    [Fact]
    public void Every_async_method_takes_a_cancellation_token_last()
        => Offences.None(tree.Product.SelectMany(file => file.All<MethodDeclarationSyntax>()
            .Where(method => IsAsynchronous(method) && !Overrides(method) && !IsDispose(method)
                && !TakesTheRequest(method) && !IsEntryPoint(method)
                && method.ParameterList.Parameters.LastOrDefault()?.Type?.ToString() != "CancellationToken")
            .Select(method => $"{Where(file, method)}: {method.Identifier.Text}")));

    [Fact]
    public void An_interface_has_two_implementations_and_there_are_at_most_six()
    {
        var interfaces = tree.Product.SelectMany(file => file.All<InterfaceDeclarationSyntax>()).Select(i => i.Identifier.Text).ToList();
        var implemented = tree.Product
            .SelectMany(file => file.All<TypeDeclarationSyntax>())
            .Where(type => type is not InterfaceDeclarationSyntax && type.BaseList is not null)
            .SelectMany(type => type.BaseList!.Types.Select(t => t.Type.ToString().Split('<')[0]).Distinct())
            .CountBy(name => name)
            .ToDictionary(pair => pair.Key, pair => pair.Value);
        Offences.None(interfaces.Where(name => implemented.GetValueOrDefault(name) < 2).Select(name => $"{name} has fewer than two implementations"));
        Assert.True(interfaces.Count <= 6, string.Join(", ", interfaces));
    }

    [Fact]
    public void Nothing_static_can_change()
        => Offences.None(tree.Product.Where(file => !file.IsGenerated).SelectMany(file => file.All<FieldDeclarationSyntax>()
            .Where(field => field.Modifiers.Any(SyntaxKind.StaticKeyword)
                && !field.Modifiers.Any(SyntaxKind.ReadOnlyKeyword)
                && !field.Modifiers.Any(SyntaxKind.ConstKeyword))
            .Select(field => $"{Where(file, field)}: {field.Declaration}")));

    [Fact]
    public void The_console_is_spoken_to_by_the_server_project_only()
        => Offences.None(tree.Product
            .Where(file => !file.Path.StartsWith("src/DatacenterOst.Server/", StringComparison.Ordinal))
            .SelectMany(file => file.All<MemberAccessExpressionSyntax>()
                .Where(access => access.Expression.ToString() == "Console")
                .Select(access => $"{Where(file, access)}: {access}")));

    [Fact]
    public void Nothing_is_left_for_later()
    {
        string[] marks = ["TO" + "DO", "FIX" + "ME", "HA" + "CK:", "NotImplemented" + "Exception", "#reg" + "ion"];
        Offences.None(tree.Files.SelectMany(file => marks
            .Where(mark => file.Text.Contains(mark, StringComparison.Ordinal))
            .Select(mark => $"{file.Path}: {mark}")));
    }

    private static string Where(SourceFile file, SyntaxNode node)
        => $"{file.Path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";

    // Without types, a blocking wait is told from a property of our own by what it is called on.
    private static bool LooksLikeATask(MemberAccessExpressionSyntax access)
    {
        var target = access.Expression.ToString();
        return target.Contains("Task", StringComparison.Ordinal) || target.Contains("Async(", StringComparison.Ordinal)
            || target.EndsWith("task", StringComparison.Ordinal) || access.Name.Identifier.Text == "GetResult";
    }

    private static bool IsAsynchronous(MethodDeclarationSyntax method)
    {
        var type = method.ReturnType.ToString();
        return method.Modifiers.Any(SyntaxKind.AsyncKeyword) || type == "Task" || type.StartsWith("Task<", StringComparison.Ordinal)
            || type.StartsWith("ValueTask", StringComparison.Ordinal) || type.StartsWith("IAsyncEnumerable<", StringComparison.Ordinal);
    }

    // An HttpContext carries its own token, RequestAborted.
    private static bool TakesTheRequest(MethodDeclarationSyntax method)
        => method.ParameterList.Parameters.Any(parameter => parameter.Type?.ToString() == "HttpContext");

    // The program begins there; what stops it is a key press, which System.CommandLine hands on.
    private static bool IsEntryPoint(MethodDeclarationSyntax method)
        => method.Identifier.Text == "Invoke" && method.Parent is ClassDeclarationSyntax { Identifier.Text: "Root" };

    private static bool Overrides(MethodDeclarationSyntax method) => method.Modifiers.Any(SyntaxKind.OverrideKeyword);

    private static bool IsDispose(MethodDeclarationSyntax method)
        => method.Identifier.Text is "DisposeAsync" or "DisposeAsyncCore" or "InvokeAsync";
}
