using System.CommandLine;
using DatacenterOst.Terminology;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost terminology …</c>: check the code maps, and renew their checksums after they were mended on purpose.</summary>
public static class TerminologyCommand
{
    public static Command Create() => new("terminology", "Look after code maps and value lists.") { Check(), Checksum() };

    private static Command Check()
    {
        var store = new StoreOptions();
        var command = new Command("check", "Load everything; name the first file and line that is wrong.");
        store.AddTo(command);
        command.SetAction(parsed =>
        {
            var terminology = TerminologySnapshot.Load(Path.Combine(store.Read(parsed).Content, "terminology"));
            foreach (var source in terminology.Sources)
                Console.WriteLine($"{source.Folder}: {source.Manifest.Title}, {source.Manifest.Version} ({source.Manifest.Licence})");
            Console.WriteLine($"{terminology.Concepts.Count} concepts.");
            return 0;
        });
        return command;
    }

    private static Command Checksum()
    {
        var folder = new Argument<string>("folder") { Description = "The folder terminology/ that was mended." };
        var command = new Command("checksum", "Write the checksums of mended tables into their source.yaml.") { folder };
        command.SetAction(parsed =>
        {
            foreach (var changed in TerminologyChecksums.Rewrite(parsed.GetRequiredValue(folder)))
                Console.WriteLine($"{changed}: checksum renewed.");
            return 0;
        });
        return command;
    }
}
