using Spectre.Console;

namespace DatacenterOst.Server.Commands;

/// <summary>One line a result, however narrow the terminal: what is piped on is read by programs. Colours are for people only.</summary>
internal static class ResultLine
{
    public static void Good(string subject, string rest) => Write("green", "ok", $"{subject} {rest}");

    public static void Refused(string subject, IReadOnlyList<string> reasons)
    {
        Write("red", "refused", subject);
        foreach (var reason in reasons) Console.WriteLine($"         {reason}");
    }

    private static void Write(string colour, string word, string rest)
    {
        if (Console.IsOutputRedirected) Console.Write(word.PadRight(9));
        else AnsiConsole.Console.Markup($"[{colour}]{word.PadRight(9)}[/]");
        Console.WriteLine(rest);
    }
}
