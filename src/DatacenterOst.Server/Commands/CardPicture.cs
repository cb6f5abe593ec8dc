using System.Text.Json;
using System.Text.RegularExpressions;
using Spectre.Console;

namespace DatacenterOst.Server.Commands;

/// <summary>A CDS Hooks card in the terminal, read from the JSON that goes over HTTP, as a clinician would read it.</summary>
public static partial class CardPicture
{
    public static void Write(IAnsiConsole console, JsonElement card)
    {
        var indicator = card.GetProperty("indicator").GetString();
        var colour = indicator switch { "critical" => Color.Red, "warning" => Color.Orange1, _ => Color.SteelBlue };
        var parts = new List<Spectre.Console.Rendering.IRenderable>();
        if (card.TryGetProperty("detail", out var detail))
            parts.AddRange(Blocks(detail.GetString()!));
        parts.Add(new Markup($"[grey]{Markup.Escape(card.GetProperty("source").GetProperty("label").GetString()!)}[/]"));
        console.Write(new Panel(new Rows(parts))
            .Header($"[bold] {Markup.Escape(card.GetProperty("summary").GetString()!)} [/]")
            .BorderColor(colour)
            .RoundedBorder()
            .Expand());
    }

    private static IEnumerable<Spectre.Console.Rendering.IRenderable> Blocks(string markdown)
    {
        foreach (var block in markdown.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = block.Split('\n');
            yield return lines.Length > 1 && lines[0].StartsWith('|') ? TableOf(lines) : new Markup(Inline(block));
        }
    }

    private static Table TableOf(string[] lines)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var cell in Cells(lines[0]))
            table.AddColumn(new TableColumn(Inline(cell)));
        foreach (var line in lines.Skip(2))
            table.AddRow([.. Cells(line).Select(cell => new Markup(Inline(cell)))]);
        return table;
    }

    private static IEnumerable<string> Cells(string line) => UnescapedBar().Split(line.Trim().Trim('|')).Select(cell => cell.Trim());

    // Bold stays bold; Markdown's backslashes and HTML's entities are undone, since a terminal shows text.
    private static string Inline(string text)
        => Bold().Replace(Markup.Escape(Plain(text)), "[bold]$1[/]");

    private static string Plain(string text) => System.Net.WebUtility.HtmlDecode(Escaped().Replace(text, "$1"));

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex UnescapedBar();

    [GeneratedRegex(@"\\([\\`*_{}\[\]()#+\-.!|~<>&])")]
    private static partial Regex Escaped();

    [GeneratedRegex(@"\*\*([^*]+)\*\*")]
    private static partial Regex Bold();
}
