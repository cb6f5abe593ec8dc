using System.Globalization;
using System.Text;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models;

namespace DatacenterOst.Cards;

/// <summary>
/// The services that answer now. A folder that was added, changed or removed takes effect at the next look; one that is broken, or
/// whose examples give other cards, is refused with its reasons, and the service that was good before goes on.
/// </summary>
public sealed class ServicesInUse(string directory, Func<ModelCatalogue> models, ServiceExamples examples)
{
    /// <summary>Files looked at; a directory with more is not one of services, and is then not looked at again.</summary>
    public const int MaxFiles = 50_000;

    private readonly Lock turn = new();
    private string seen = Fingerprint(directory);
    private volatile CdsServices current = CdsServices.Load(directory, models());

    public CdsServices Current => current;

    /// <summary>Where a service's folder is, for its examples.</summary>
    public string FolderOf(CdsService service) => Path.Combine(directory, service.Id);

    /// <summary>What the examples of a service say against it.</summary>
    public IReadOnlyList<string> Wrong(CdsService service)
    {
        var problems = new PackageProblems();
        examples.Run(service, FolderOf(service), problems);
        return problems.List();
    }

    /// <summary>
    /// Speaks for the versions of the models that work now. The examples are not run: they are the content's, and a version of a model
    /// has vectors of its own. A service that does not fit goes on as it was.
    /// </summary>
    public void Rebind()
    {
        lock (turn)
        {
            try
            {
                current = CdsServices.Load(directory, models(), current);
            }
            catch (Exception away) when (away is IOException or UnauthorizedAccessException or Problem)
            {
                // Files on their way: the next look reads them with the models of then.
                seen = "";
            }
        }
    }

    /// <summary>What the services say against a version of their model.</summary>
    public IReadOnlyList<string> Objections(ModelPackage package)
    {
        var against = new List<string>();
        foreach (var service in Current.All.Where(service => service.Model == package.Id.Model && service.ModelVersion is null))
        {
            var problems = new PackageProblems();
            ModelBinding.Bind(service.Written ?? service, package, problems);
            against.AddRange(problems.List().Select(problem => $"{service.Id}: {problem}"));
        }

        return against;
    }

    /// <returns>True when something had changed.</returns>
    public bool Refresh()
    {
        lock (turn)
        {
            try
            {
                var now = Fingerprint(directory);
                if (now == seen) return false;
                current = CdsServices.Load(directory, models(), current, examples.Run);
                seen = now;
                return true;
            }
            catch (Exception away) when (away is IOException or UnauthorizedAccessException or Problem)
            {
                // Files on their way, or the directory is gone for a moment: what is good goes on, and the next look sees the rest.
                return false;
            }
        }
    }

    private static string Fingerprint(string directory)
    {
        if (!Directory.Exists(directory)) return "";
        var files = new DirectoryInfo(directory).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Take(MaxFiles);
        var seen = new StringBuilder();
        foreach (var file in files.OrderBy(file => file.FullName, StringComparer.Ordinal))
            seen.Append(CultureInfo.InvariantCulture, $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}\n");
        return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(seen.ToString())));
    }
}
