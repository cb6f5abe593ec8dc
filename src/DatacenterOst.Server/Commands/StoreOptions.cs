using System.CommandLine;

namespace DatacenterOst.Server.Commands;

/// <summary>What every verb that opens the store takes. A setting of the command line wins over the environment and the file.</summary>
public sealed class StoreOptions
{
    private readonly Option<string?> data = new("--data") { Description = "Folder of the embedded store (default ./dost-data).", HelpName = "DIR" };

    private readonly Option<string?> content = new("--content")
    {
        Description = "Folder with models/, cds-hooks/, terminology/ and sources/ (default: what came with the program).",
        HelpName = "DIR",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(data);
        command.Options.Add(content);
    }

    public Settings Read(ParseResult parsed)
    {
        var settings = Settings.Read(Configuration());
        return settings with
        {
            Data = parsed.GetValue(data) ?? settings.Data,
            Content = parsed.GetValue(content) ?? settings.Content,
        };
    }

    public static IConfigurationRoot Configuration() => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
        .AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true)
        .AddEnvironmentVariables()
        .Build();
}
