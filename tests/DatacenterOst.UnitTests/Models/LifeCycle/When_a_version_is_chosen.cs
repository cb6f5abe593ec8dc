using DatacenterOst.Clinical;
using DatacenterOst.Models;
using DatacenterOst.Models.LifeCycle;
using DatacenterOst.Store.Models;

namespace DatacenterOst.UnitTests.Models.LifeCycle;

public sealed class When_a_version_is_chosen
{
    private static readonly ModelPackage One = Shipped.Package("kdigo-aki");
    private static readonly ModelPackage Two = Shipped.Package("news2");

    [Fact]
    public void a_share_is_about_that_share_stays_when_it_grows_and_is_another_for_another_version()
    {
        var id = One.Id;
        var places = Enumerable.Range(0, 20_000).Select(patient => Lineup.Place(id, $"p{patient}")).ToList();
        Assert.InRange(places.Count(place => place < 1_000), 1_850, 2_150);
        Assert.InRange(Enumerable.Range(0, 20_000).Count(patient => places[patient] < 1_000 && Lineup.Place(id with { Version = "2.0.0" }, $"p{patient}") < 1_000), 140, 270);
        Assert.All(places, place => Assert.InRange(place, 0, 9_999));
    }

    [Fact]
    public void the_canary_answers_its_own_and_the_active_one_the_others()
    {
        var lineup = Of(Staged(One, ModelStage.Active), Staged(Two, ModelStage.Canary) with { Units = ["W1"] });
        Assert.Same(Two, lineup.For("p", () => "W1")!.Package);
        Assert.Same(One, lineup.For("p", () => "W2")!.Package);
        Assert.Equal(Two, Assert.Single(lineup.Beside(One)).Package);
    }

    [Fact]
    public void without_an_active_one_nobody_else_is_shown_anything()
    {
        var lineup = Of(Staged(Two, ModelStage.Canary) with { Units = ["W1"] });
        Assert.True(lineup.For("p", () => "W1")!.IsShown);
        Assert.False(lineup.For("p", () => "W2")!.IsShown);
        Assert.False(Of(Staged(One, ModelStage.Silent)).For("p", () => "")!.IsShown);
        Assert.Null(Of(Staged(One, ModelStage.Retired)).For("p", () => ""));
    }

    [Fact]
    public void steps_back_follow_the_steps_forward()
    {
        var (a, b) = (Staged(One, ModelStage.Active), Staged(Two, ModelStage.Verified));
        var reason = new Reason("Anna", "because");
        var forward = LifeCyclePlan.Promote(Of(a, b), b, new StageChange(ModelStage.Active, 0, []), reason);
        Assert.Equal(["Replace Active→Retired", "Promote Verified→Active"], forward.Select(Say));
        var back = LifeCyclePlan.Rollback(Of(Staged(One, ModelStage.Retired), Staged(Two, ModelStage.Active)), forward, hash => hash == One.Id.Hash ? Staged(One, ModelStage.Retired) : null, reason);
        Assert.Equal(["Rollback Active→Retired", "Rollback Retired→Active"], back.Select(Say));
        Assert.Throws<Problem>(() => LifeCyclePlan.Rollback(Of(a), [.. forward, .. back], _ => null, reason));
        Assert.Empty(LifeCyclePlan.Promote(Of(a), a, new StageChange(ModelStage.Active, 0, []), reason));
        Assert.Throws<Problem>(() => LifeCyclePlan.Promote(Of(a), a, new StageChange(ModelStage.Canary, 100, []), reason));
    }

    private static string Say(ModelChange change) => $"{change.Kind} {change.From}→{change.To}";

    private static StagedPackage Staged(ModelPackage package, ModelStage stage) => new(package, stage, 0, []);

    private static Lineup Of(params StagedPackage[] all) => new(
        new ModelId("m"), all.FirstOrDefault(one => one.Stage == ModelStage.Active), all.FirstOrDefault(one => one.Stage == ModelStage.Canary), [.. all.Where(one => one.Stage == ModelStage.Silent)]);
}
