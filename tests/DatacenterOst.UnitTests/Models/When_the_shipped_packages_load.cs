using DatacenterOst.Models;

namespace DatacenterOst.UnitTests.Models;

public sealed class When_the_shipped_packages_load
{
    [Fact]
    public void none_is_refused_so_every_vector_of_every_package_holds()
    {
        var reasons = Shipped.Catalogue.Refused.SelectMany(refused => refused.Reasons.Select(reason => $"{refused.Folder}/{reason}"));

        Assert.Equal("", string.Join('\n', reasons));
    }

    [Theory]
    [InlineData("kdigo-aki", "scorecard")]
    [InlineData("news2", "scorecard")]
    [InlineData("kfre", "equation")]
    [InlineData("icu-mortality", "trees")]
    [InlineData("cmv-surveillance", "surveillance")]
    public void each_is_there_with_a_content_hash_and_a_card(string id, string kind)
    {
        var package = Shipped.Package(id);

        Assert.Equal(kind, package.Kind);
        Assert.Matches("^[0-9a-f]{64}$", package.Id.Hash);
        Assert.NotEmpty(package.Card.References);
        Assert.NotEmpty(package.Card.IntendedUse.In("da"));
    }

    [Theory]
    [InlineData("kdigo-aki")]
    [InlineData("news2")]
    [InlineData("cmv-surveillance")]
    public void every_value_has_a_name_for_people_in_both_languages(string id)
    {
        var package = Shipped.Package(id);

        Assert.All(package.ValueNames, name =>
        {
            Assert.NotEqual(name, package.Label(name, "da"));
            Assert.NotEqual(name, package.Label(name, "en"));
        });
    }

    [Fact]
    public void the_same_files_have_the_same_hash_again()
        => Assert.Equal(
            Shipped.Package("kdigo-aki").Id.Hash,
            ModelCatalogue.Load(Shipped.Directory, Shipped.FindConcept).Find(new ModelId("kdigo-aki"))!.Id.Hash);
}
