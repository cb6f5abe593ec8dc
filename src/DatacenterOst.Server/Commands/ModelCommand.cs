using System.CommandLine;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost model …</c>: each verb has a file of its own.</summary>
public static class ModelCommand
{
    public static Command Create() => new("model", "Work with model packages.")
    {
        ModelCheckCommand.Create(),
        ModelScoreCommand.Create(),
        ModelTryCommand.Create(),
        ModelFeaturesCommand.Create(),
        ModelTrainCommand.Create(),
        ModelBacktestCommand.Create(),
        ModelListCommand.Create(),
        ModelDeployCommand.Create(),
        ModelPromoteCommand.Create(),
        ModelRollbackCommand.Create(),
        ModelReportCommand.Create(),
        ModelBatchCommand.Create(),
        ModelPackageCommand.Create(),
        ModelPackageCommand.Sign(),
        ModelPackageCommand.Card(),
        ModelPackageCommand.Vectors(),
    };
}
