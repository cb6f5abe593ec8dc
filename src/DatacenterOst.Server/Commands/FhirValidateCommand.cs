using System.CommandLine;
using System.Globalization;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Server.Commands;

/// <summary>
/// <c>dost fhir validate FILE…</c>: what validation finds, a line each, on standard output, with a summary for each file. What is no
/// FHIR at all goes to standard error, and the rest is still validated. The exit code is 1 when there are errors.
/// </summary>
internal static class FhirValidateCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("file")
        {
            Description = "Resources or bundles of at most 256 MB; NDJSON and larger bundles with pieces of at most 16 MB; - for standard input.",
            Arity = ArgumentArity.OneOrMore,
        };
        var profile = new Option<string[]>("--profile") { Description = "Canonical address of a profile that the resources must meet; may be given again.", HelpName = "URL" };
        var profiles = new Option<string[]>("--profiles")
        {
            Description = "Files or folders with StructureDefinitions, ValueSets and CodeSystems.",
            HelpName = "PATH",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("validate", "Check resources against FHIR R4 and against profiles; exit code 1 when there are errors.") { files, profile, profiles };
        command.SetAction((parsed, cancellationToken) => Refusal.OrResult(
            token => Run(parsed.GetRequiredValue(files), parsed.GetValue(profile) ?? [], parsed.GetValue(profiles) ?? [], token), cancellationToken));
        return command;
    }

    private static async Task<int> Run(string[] files, string[] urls, string[] paths, CancellationToken cancellationToken)
    {
        var profiles = await FhirProfiles.Load(paths, cancellationToken);
        foreach (var url in urls)
            profiles.Require(url);
        var hasErrors = false;
        foreach (var file in files)
        {
            var check = new FhirFileCheck(file, profiles, urls);
            try
            {
                await using var input = await FhirInput.Open(file, cancellationToken);
                await check.Run(input, cancellationToken);
            }
            catch (Problem problem)
            {
                check.Refuse(problem);
            }

            foreach (var url in check.UnusedProfiles)
                Console.Error.WriteLine($"dost: {file}: nothing in it is of the type that {url} is for");
            var unreadable = check.Unreadable > 0 ? string.Create(CultureInfo.InvariantCulture, $", {check.Unreadable} unreadable") : "";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{file}: resources {check.Resources}{unreadable}, errors {check.Errors}, warnings {check.Warnings}"));
            hasErrors |= check.Errors + check.Unreadable > 0;
        }

        return hasErrors ? Root.Rejected : 0;
    }
}
